using System.Reflection;

namespace SigningAction.Evidence.Tests.Documents;

/// <summary>Names of types as C# writes them below the usings that it needs, with what may be null.</summary>
internal static class ApiNames
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Of(ParameterInfo parameter)
    {
        var prefix = parameter switch
        {
            { IsOut: true } => "out ",
            { ParameterType.IsByRef: true, IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ => "",
        };
        return prefix + Of(parameter.ParameterType, Nullability.Create(parameter));
    }

    public static string Of(PropertyInfo property) => Of(property.PropertyType, Nullability.Create(property));

    public static string Of(FieldInfo field) => Of(field.FieldType, Nullability.Create(field));

    public static string Of(Type type) => Of(type, null);

    private static string Of(Type type, NullabilityInfo? info)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, info);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Of(value, info?.GenericTypeArguments.FirstOrDefault()) + "?";
        }

        var mark = info is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable } && !type.IsValueType ? "?" : "";
        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!, info?.ElementType)}[]{mark}";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        if (type.IsGenericParameter)
        {
            return type.Name + mark;
        }

        var name = type.IsNested ? $"{Of(type.DeclaringType!)}.{Plain(type)}" : Plain(type);
        if (!type.IsGenericType)
        {
            return name + mark;
        }

        var arguments = type.GetGenericArguments().Select((argument, at) => Of(argument, info?.GenericTypeArguments.ElementAtOrDefault(at))).ToList();
        return type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal) ? $"({string.Join(", ", arguments)})" : $"{name}<{string.Join(", ", arguments)}>{mark}";
    }

    private static string Plain(Type type) => type.Name.Split('`')[0];
}
