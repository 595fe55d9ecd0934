using System.Diagnostics.CodeAnalysis;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy.Language;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SigningAction.Yaml;

/// <summary>
/// Reads YAML events into nodes: one document of scalars, lists and mappings. Anchors, aliases, tags, directives, merge keys and
/// duplicate keys are refused: what a reviewer reads must be what is loaded, and an alias makes a megabyte into a terabyte.
/// </summary>
internal sealed class YamlTree
{
    private readonly Parser _parser;
    private readonly PolicyErrors _errors;
    private readonly int _lastLine;
    private readonly int _lastColumn;
    private int _line = 1;
    private int _column = 1;

    private YamlTree(string text, PolicyErrors errors)
    {
        _lastLine = 1 + text.Count(c => c == '\n');
        _lastColumn = text.Length - text.LastIndexOf('\n');
        _parser = new Parser(new StringReader(text));
        _errors = errors;
    }

    /// <summary>The one document of the text.</summary>
    /// <exception cref="PolicyLoadException">Not YAML, or more of YAML than a policy may use.</exception>
    public static PolicyNode Read(string text, PolicyErrors errors) => new YamlTree(text, errors).ReadDocument();

    private PolicyNode ReadDocument()
    {
        _ = Next();
        if (Next() is not DocumentStart start)
        {
            throw Stop("the file is empty: write a policy, or 'version: 1' and 'allow: none' to refuse everything");
        }

        if (start.Version is not null || start.Tags is { Count: > 0 } && !start.IsImplicit && HasOwnTags(start))
        {
            throw Stop("directives are not allowed: remove the line that begins with %");
        }

        var root = ReadNode(Next(), depth: 1);
        _ = Next();
        return Next() is StreamEnd ? root : throw Stop("there is a second document: remove everything from here on");
    }

    private PolicyNode ReadNode(ParsingEvent item, int depth)
    {
        if (depth > Limits.PolicyDepth)
        {
            throw Stop($"nested deeper than {Limits.PolicyDepth} levels: no policy needs that");
        }

        if (item is AnchorAlias)
        {
            throw Stop("aliases are not allowed: write the value out");
        }

        if (item is NodeEvent { Anchor.IsEmpty: false })
        {
            throw Stop("anchors are not allowed: remove the & and its name");
        }

        if (item is NodeEvent { Tag.IsEmpty: false })
        {
            throw Stop("tags are not allowed: remove the ! and its name");
        }

        return item switch
        {
            Scalar scalar => new PolicyScalar(_line, _column, scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => throw Stop("this is not a value: see the policy language reference"),
        };
    }

    private PolicySequence ReadSequence(int depth)
    {
        var (line, column) = (_line, _column);
        List<PolicyNode> items = [];
        for (var item = Next(); item is not SequenceEnd; item = Next())
        {
            items.Add(ReadNode(item, depth + 1));
        }

        return new PolicySequence(line, column, items);
    }

    private PolicyMapping ReadMapping(int depth)
    {
        var (line, column) = (_line, _column);
        List<PolicyEntry> entries = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        for (var item = Next(); item is not MappingEnd; item = Next())
        {
            if (ReadNode(item, depth + 1) is not PolicyScalar key)
            {
                throw Stop("a key must be a word");
            }

            var value = ReadNode(Next(), depth + 1);
            if (lines.TryAdd(key.Text, key.Line))
            {
                entries.Add(new PolicyEntry(key, value));
            }
            else
            {
                // Left out here, once for all readers: none of them ever sees a key twice, and the error refuses the file.
                _errors.Add(key, $"duplicate key '{PrintableText.Exact(key.Text)}', first on line {lines[key.Text]}: keep one");
            }
        }

        return new PolicyMapping(line, column, entries);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification =
        "Loading is total: whatever the YAML reader throws at hostile bytes is an error of the file, with the place that was reached.")]
    private ParsingEvent Next()
    {
        try
        {
            if (_parser.MoveNext() && _parser.Current is { } item)
            {
                (_line, _column) = Place(item.Start);
                return item;
            }
        }
        catch (YamlException e)
        {
            (_line, _column) = Place(e.Start);
            throw Stop($"not valid YAML: {PrintableText.Exact(e.Message.TrimEnd('.'))}: check the indentation, and for a missing colon or quote");
        }
        catch (Exception e)
        {
            throw Stop($"not valid YAML, after this place ({e.GetType().Name}): rewrite what follows it");
        }

        throw Stop("the file ends too early");
    }

    private PolicyLoadException Stop(string message) => _errors.Stop(_line, _column, message);

    // The reader always adds the two default handles itself.
    private static bool HasOwnTags(DocumentStart start) => start.Tags!.Any(tag => tag.Handle is not ("!" or "!!"));

    // The reader counts a line after the last one; an editor cannot go there.
    private (int Line, int Column) Place(in Mark mark) =>
        mark.Line > _lastLine ? (_lastLine, _lastColumn) : ((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
}
