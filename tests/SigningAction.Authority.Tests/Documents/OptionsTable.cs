using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Settings;

namespace SigningAction.Authority.Tests.Documents;

/// <summary>The members of <c>authority.json</c>, read off the options types.</summary>
internal sealed record OptionsTable(string Name, Type Type)
{
    /// <summary>The file, and below it every object in it.</summary>
    public static IEnumerable<OptionsTable> All() => Below(new OptionsTable("", typeof(AuthorityConfiguration)));

    public IEnumerable<PropertyInfo> Properties => Type.GetProperties().Where(property => property.SetMethod is not null);

    public string NameOf(PropertyInfo property) => (Name.Length == 0 ? "" : Name + ".") + SettingRanges.JsonName(property.Name);

    public bool IsRequired(PropertyInfo property) =>
        property.GetCustomAttribute<RequiredMemberAttribute>() is not null || property.GetCustomAttribute<RequiredAttribute>() is not null;

    /// <summary>Whether it holds one object with members of its own.</summary>
    public static bool IsGroup(PropertyInfo property) => property.PropertyType is { IsClass: true } type && type.Assembly == typeof(AuthorityConfiguration).Assembly;

    /// <summary>The value of a member that is left out; empty where there is none.</summary>
    public string Default(PropertyInfo property) => property.GetValue(Activator.CreateInstance(Type)) switch
    {
        null => "",
        string { Length: 0 } => "",
        bool value => value ? "`true`" : "`false`",
        TimeSpan time => $"`{time:c}`",
        int number => string.Create(CultureInfo.InvariantCulture, $"`{number}`"),
        Enum { } value when Convert.ToInt32(value, CultureInfo.InvariantCulture) == 0 => "",
        Enum value => $"`{value}`",
        string text => $"`{text}`",
        System.Collections.ICollection { Count: 0 } => "none",
        _ => "",
    };

    public static string Range(PropertyInfo property) => property.GetCustomAttribute<RangeAttribute>() is { } range
        ? $"{range.Minimum} to {range.Maximum}"
        : Plain(property.PropertyType) is { IsEnum: true } type ? string.Join(", ", Enum.GetNames(type).Skip(1).Select(name => $"`{name}`")) : "";

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        foreach (var property in Properties)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{NameOf(property)}` | {Kind(property)} | {(IsRequired(property) ? "**required**" : Default(property))} | {Range(property)} | {GeneratedDocument.Cell(DocComments.Summary(property))} | {GeneratedDocument.Cell(DocComments.Remarks(property))} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<OptionsTable> Below(OptionsTable table)
    {
        yield return table;
        foreach (var property in table.Properties)
        {
            if (Plain(property.PropertyType) is { IsClass: true } type && type.Assembly == typeof(AuthorityConfiguration).Assembly)
            {
                foreach (var below in Below(new OptionsTable(table.NameOf(property) + (property.PropertyType == type ? "" : "[]"), type)))
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>What a list holds, or what may be null.</summary>
    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type)
        ?? (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : type);

    private static string Kind(PropertyInfo property)
    {
        var (type, plain) = (property.PropertyType, Plain(property.PropertyType));
        var list = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? "list of " : "";
        return list + plain switch
        {
            _ when plain == typeof(string) => "text",
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(TimeSpan) => "time, `[d.]hh:mm:ss`",
            _ when plain == typeof(int) => property.Name.EndsWith("Seconds", StringComparison.Ordinal) ? "seconds" : property.Name.EndsWith("Minutes", StringComparison.Ordinal) ? "minutes" : "number",
            { IsEnum: true } => "name",
            { IsGenericType: true } => "object of texts",
            _ => "object",
        };
    }
}
