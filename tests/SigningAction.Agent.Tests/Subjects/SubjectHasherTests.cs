using System.Security.Cryptography;
using SigningAction.Agent.Subjects;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Tests.Subjects;

public sealed class SubjectHasherTests : IDisposable
{
    private readonly TestPlace _place = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024 * 1024)]
    [InlineData((3 * 1024 * 1024) + 17)]
    public async Task A_digest_is_of_all_bytes_whatever_the_length(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        File.WriteAllBytes(_place.PathOf("x"), bytes);
        var subject = Assert.Single(await HashAsync("x"));
        Assert.Equal(("x", SubjectDigest.Of(Sha256Digest.Of(bytes))), (subject.Name, subject.Digest));
    }

    [Fact]
    public async Task Order_follows_the_paths_and_the_name_is_the_base_name()
    {
        _place.Write("b/x", "1");
        _place.Write("a/y", "2");
        Assert.Equal(["x", "y"], (await HashAsync("b/x", "a/y")).Select(s => s.Name));
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_hashed_is_refused()
    {
        var path = _place.PathOf("growing");
        using var writer = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        writer.SetLength(64 * 1024 * 1024);
        writer.Position = writer.Length;
        using var done = new CancellationTokenSource();
        var growing = Task.Factory.StartNew(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    writer.Write(new byte[512]);
                    writer.Flush();
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        // Where the writer had no turn while it was hashed, it did not grow.
        AgentException? refused = null;
        for (var attempt = 0; refused is null && attempt < 100; attempt++)
        {
            refused = await Record.ExceptionAsync(() => HashAsync("growing")) as AgentException;
        }

        await done.CancelAsync();
        await growing;
        Assert.NotNull(refused);
        Assert.Equal(AgentFault.SubjectChanged, refused.Fault);
    }

    [Fact]
    public async Task A_file_that_is_gone_cannot_be_read() =>
        Assert.Equal(AgentFault.CannotRead, (await Assert.ThrowsAsync<AgentException>(() => HashAsync("gone"))).Fault);

    public void Dispose() => _place.Dispose();

    private Task<IReadOnlyList<SigningSubject>> HashAsync(params string[] names) =>
        SubjectHasher.HashAsync([.. names.Select(_place.PathOf)], TestContext.Current.CancellationToken);
}
