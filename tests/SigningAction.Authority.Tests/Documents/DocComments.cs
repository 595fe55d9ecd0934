using System.Reflection;
using System.Xml.Linq;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Settings;

namespace SigningAction.Authority.Tests.Documents;

/// <summary>The docstrings of the authority, as Markdown on one line.</summary>
internal static class DocComments
{
    private static readonly Dictionary<string, XElement> Members = XDocument.Load(Path.ChangeExtension(typeof(AuthorityHost).Assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    public static string Summary(MemberInfo member) => Text(member, "summary");

    /// <summary>Empty where there are none.</summary>
    public static string Remarks(MemberInfo member) => Text(member, "remarks");

    private static string Text(MemberInfo member, string element)
    {
        // A method's key ends in its parameters; no two of the methods that are asked for share a name.
        var (kind, owner) = (Kind(member), member is Type type ? type.FullName! : $"{member.DeclaringType!.FullName}.{member.Name}");
        var key = $"{kind}:{owner.Replace('+', '.')}";
        var found = Members.GetValueOrDefault(key) ?? Members.FirstOrDefault(other => other.Key.StartsWith(key + "(", StringComparison.Ordinal)).Value;
        return found?.Element(element) is { } text
            ? string.Join(' ', string.Concat(text.Nodes().Select(Render)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            : "";
    }

    private static string Render(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } cref => $"`{NameOf(cref.Value)}`",
        XElement other => string.Concat(other.Nodes().Select(Render)),
        _ => "",
    };

    /// <summary>A property is meant as the member of a JSON object that it is.</summary>
    private static string NameOf(string cref) =>
        cref[(cref.LastIndexOfAny(['.', ':']) + 1)..] is var name && cref.StartsWith("P:", StringComparison.Ordinal) ? SettingRanges.JsonName(name) : name;

    private static char Kind(MemberInfo member) => member switch
    {
        Type => 'T',
        PropertyInfo => 'P',
        FieldInfo => 'F',
        MethodInfo => 'M',
        _ => throw new ArgumentException("Not a member that is documented here.", nameof(member)),
    };
}
