using System.Text;
using SigningAction.Verifier;

// Straight to the streams: Console.Out would read the terminal's description first, and nothing here moves a cursor.
using var output = Writer(Console.OpenStandardOutput());
using var error = Writer(Console.OpenStandardError());
return SigningVerifier.Run(args, output, error);

static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
