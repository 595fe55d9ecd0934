using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;

namespace SigningAction.Testing.Architecture;

/// <summary>One use: code of <paramref name="User"/>, an outermost type, names <paramref name="Used"/>, a type or a member of one.</summary>
public sealed record TypeUse(Type User, MemberInfo Used)
{
    /// <summary>The outermost type that is used.</summary>
    public Type UsedType => TypeUses.Outermost(Used as Type ?? Used.DeclaringType!);
}

/// <summary>
/// What the types of an assembly use, read from the compiled code: base types, signatures and every token in every method body.
/// A using directive can be unused, missing or global; compiled code cannot hide what it calls.
/// </summary>
public static class TypeUses
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly FrozenDictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToFrozenDictionary(code => code.Value);

    /// <summary>Every use in <paramref name="assembly"/>, each once.</summary>
    public static IReadOnlySet<TypeUse> Of(Assembly assembly)
    {
        var uses = new HashSet<TypeUse>();
        foreach (var type in assembly.GetTypes())
        {
            foreach (var used in UsedBy(type))
            {
                var user = Outermost(type);
                uses.Add(new TypeUse(user, used));
                foreach (var part in used is Type usedType ? Parts(usedType) : Parts(used.DeclaringType))
                {
                    uses.Add(new TypeUse(user, part));
                }
            }
        }

        return uses;
    }

    /// <summary>The type in whose file <paramref name="type"/> is written: closures and state machines are nested types.</summary>
    public static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }

    private static IEnumerable<MemberInfo> UsedBy(Type type)
    {
        if (type.BaseType is { } parent)
        {
            yield return parent;
        }

        foreach (var contract in type.GetInterfaces())
        {
            yield return contract;
        }

        foreach (var field in type.GetFields(All))
        {
            yield return field.FieldType;
        }

        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            foreach (var used in SignatureOf(method).Concat(BodyOf(method)))
            {
                yield return used;
            }
        }
    }

    private static IEnumerable<MemberInfo> SignatureOf(MethodBase method)
    {
        foreach (var parameter in method.GetParameters())
        {
            yield return parameter.ParameterType;
        }

        if (method is MethodInfo { ReturnType: var result })
        {
            yield return result;
        }

        foreach (var local in method.GetMethodBody()?.LocalVariables ?? [])
        {
            yield return local.LocalType;
        }
    }

    private static IEnumerable<MemberInfo> BodyOf(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at];
            var operation = OpCodesByValue[value];
            at += operation.Size;
            if (operation.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
            }

            at += OperandSize(operation.OperandType, code, at);
        }
    }

    private static int OperandSize(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    /// <summary>A type without array, pointer and reference, and the arguments of a generic one.</summary>
    private static IEnumerable<Type> Parts(Type? type)
    {
        while (type is { HasElementType: true })
        {
            type = type.GetElementType();
        }

        if (type is null || type.IsGenericParameter)
        {
            yield break;
        }

        yield return type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        foreach (var part in type.GetGenericArguments().SelectMany(Parts))
        {
            yield return part;
        }
    }
}
