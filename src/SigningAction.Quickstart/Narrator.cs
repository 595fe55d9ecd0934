namespace SigningAction.Quickstart;

/// <summary>Prints the story: plain when piped, with a little emphasis on a terminal.</summary>
internal sealed class Narrator
{
    private readonly bool _terminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
    private int _step;

    public void Title(string text) => Console.WriteLine(Bold(text));

    public void Step(string text)
    {
        Console.WriteLine();
        Console.WriteLine(Bold($"{++_step}. {text}"));
    }

    public static void Say(string text)
    {
        foreach (var line in text.TrimEnd().Split('\n'))
        {
            Console.WriteLine(line.Length == 0 ? string.Empty : $"   {line}");
        }
    }

    private string Bold(string text) => _terminal ? $"\e[1m{text}\e[0m" : text;
}
