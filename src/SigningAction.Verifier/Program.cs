using System.Text;
using SigningAction.Verifier;
using SigningAction.Verifier.Output;

try
{
    // Without the console's own writers: nothing here moves a cursor, and a report is one write.
    using var output = Writer(StandardStream.Output());
    using var error = Writer(StandardStream.Error());
    return SigningVerifier.Run(args, output, error);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    // A standard stream that is closed or full: there is nowhere to say so.
    return (int)ExitCode.NotChecked;
}

static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 4 * 1024) { AutoFlush = true };
