using System.Text;

namespace SigningAction.Agent.Subjects;

/// <summary>A list of paths as an input holds one: one a line, or with commas between. Double quotes keep a comma within a path; a doubled quote is one.</summary>
public static class SubjectPathList
{
    /// <summary>The paths in their order, without blanks around them; empty ones are passed over.</summary>
    public static IReadOnlyList<string> Parse(string text)
    {
        var paths = new List<string>();
        var path = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                path.Append('"');
                i++;
            }
            else if (c == '"' && (quoted || path.ToString().Trim().Length == 0))
            {
                quoted = !quoted;
            }
            else if (c is '\n' or '\r' || (c == ',' && !quoted))
            {
                // A line ends every quote: a forgotten one must not swallow the paths after it.
                quoted = false;
                End();
            }
            else
            {
                path.Append(c);
            }
        }

        End();
        return paths;

        void End()
        {
            if (path.ToString().Trim() is { Length: > 0 } item)
            {
                paths.Add(item);
            }

            path.Clear();
        }
    }
}
