using SigningAction.Quickstart;

return args switch
{
    [] => await Story.TellAsync(null),
    ["--help" or "-h"] => Story.Help(),
    [var file] when File.Exists(file) => await Story.TellAsync(Path.GetFullPath(file)),
    _ => Story.Misused(args),
};
