using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace SigningAction.Evidence.Tests.Documents;

/// <summary>
/// What an assembly shows to its callers, as text: a line a type and a line a member, in ordinal order. What the compiler writes for every record (equality, copying,
/// printing) is left out; that it is a record is said.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] OfRecords = ["Equals", "GetHashCode", "ToString", "PrintMembers", "<Clone>$", "Deconstruct", "op_Equality", "op_Inequality", "EqualityContract"];

    /// <summary>The listing.</summary>
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(FullName, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Head(type)}\n");
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"    {line}\n");
            }
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"delegate {ApiNames.Of(invoke.ReturnParameter)} {FullName(type)}({Parameters(invoke)})";
        }

        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => (IsReadOnly(type) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + (IsRecord(type) ? "record struct" : "struct"),
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => (type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (IsRecord(type) ? "record" : "class"),
        };
        var bases = new List<Type>();
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object))
        {
            bases.Add(parent);
        }

        bases.AddRange(type.GetInterfaces().Where(face => face.IsPublic && !type.IsEnum && !IsOfRecord(type, face)).OrderBy(ApiNames.Of, StringComparer.Ordinal));
        return $"{kind} {FullName(type)}{(bases.Count > 0 ? " : " + string.Join(", ", bases.Select(ApiNames.Of)) : "")}";
    }

    private static string FullName(Type type) => $"{type.Namespace}.{ApiNames.Of(type)}";

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture):00} {name}");
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        return type.GetMembers(Declared)
            .Where(member => !IsRecord(type) || !OfRecords.Contains(member.Name) || (member is MethodInfo method && IsWritten(method)))
            .Select(Line)
            .OfType<string>();
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo made when IsShown(made) && !made.IsStatic => $"new({Parameters(made)})",
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsShown) => Property(property),
        FieldInfo field when IsShown(field) && !field.IsSpecialName =>
            field.IsLiteral
                ? $"const {ApiNames.Of(field)} {field.Name} = {Value(field.GetRawConstantValue())}"
                : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{ApiNames.Of(field)} {field.Name}",
        EventInfo raised when IsShown(raised.AddMethod!) => $"event {ApiNames.Of(raised.EventHandlerType!)} {raised.Name}",
        MethodInfo method when IsShown(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
            $"{Modifiers(method)}{ApiNames.Of(method.ReturnParameter)} {method.Name}{Generics(method)}({Parameters(method)})",
        _ => null,
    };

    private static string Property(PropertyInfo property)
    {
        var shown = property.GetAccessors(nonPublic: true).First(IsShown);
        var index = property.GetIndexParameters();
        var get = property.GetMethod is { } getter && IsShown(getter) ? " get;" : "";
        var set = property.SetMethod is { } setter && IsShown(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var name = index.Length > 0 ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;
        return $"{Modifiers(shown)}{required}{ApiNames.Of(property)} {name} {{{get}{set} }}";
    }

    private static string Modifiers(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "") +
        (method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract "
            : method is MethodInfo info && info.GetBaseDefinition() != info ? "override "
            : method.IsVirtual && !method.IsFinal && !method.DeclaringType!.IsInterface ? "virtual " : "");

    private static string Parameters(MethodBase method) => string.Join(
        ", ", method.GetParameters().Select((parameter, at) => (at == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + Parameter(parameter)));

    private static string Parameter(ParameterInfo parameter) =>
        (parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "") +
        $"{ApiNames.Of(parameter)} {parameter.Name}" + (parameter.HasDefaultValue ? " = " + Value(parameter.RawDefaultValue, parameter.ParameterType) : "");

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string Value(object? value, Type? type = null) => value switch
    {
        null => type is { IsValueType: true } && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"",
        bool yes => yes ? "true" : "false",
        char character => $"'{character}'",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool IsShown(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsShown(FieldInfo field) => field.IsPublic || ((field.IsFamily || field.IsFamilyOrAssembly) && !field.DeclaringType!.IsSealed);

    private static bool IsWritten(MethodInfo method) => !method.IsDefined(typeof(CompilerGeneratedAttribute)) && method.Name is not ("PrintMembers" or "<Clone>$" or "Deconstruct");

    private static bool IsReadOnly(Type type) => type.IsDefined(typeof(IsReadOnlyAttribute));

    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$", Declared) is not null || (type.IsValueType && type.GetMethod("PrintMembers", Declared) is not null);

    private static bool IsOfRecord(Type type, Type face) => IsRecord(type) && face == typeof(IEquatable<>).MakeGenericType(type);
}
