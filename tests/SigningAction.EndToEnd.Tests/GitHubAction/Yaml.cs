using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>Reads workflow and action files; a member that is named twice is an error, as it is for GitHub.</summary>
internal static class Yaml
{
    public static YamlMappingNode Parse(string text)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(text);
        try
        {
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            Assert.Fail($"{e.Start}: {e.Message}\n{text}");
        }

        return Assert.IsType<YamlMappingNode>(Assert.Single(stream.Documents).RootNode);
    }

    /// <summary>Members in their order; none for a node that is no mapping.</summary>
    public static IEnumerable<(string Name, YamlNode Value)> Members(this YamlNode? node) =>
        node is YamlMappingNode map ? map.Children.Select(child => (((YamlScalarNode)child.Key).Value!, child.Value)) : [];

    public static YamlNode? Member(this YamlNode? node, string name) =>
        node.Members().Where(member => member.Name == name).Select(member => member.Value).FirstOrDefault();

    public static string? Text(this YamlNode? node) => (node as YamlScalarNode)?.Value;

    public static IEnumerable<YamlNode> Items(this YamlNode? node) => node is YamlSequenceNode list ? list.Children : [];

    /// <summary>The jobs of a workflow.</summary>
    public static IEnumerable<(string Name, YamlNode Value)> Jobs(this YamlNode workflow) => workflow.Member("jobs").Members();

    /// <summary>The steps of a job or of a composite action's <c>runs</c>.</summary>
    public static IEnumerable<YamlNode> Steps(this YamlNode? job) => job.Member("steps").Items();
}
