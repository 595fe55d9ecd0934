namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>What strace writes is read whole: a call that is overlooked would be a write that the disk of <see cref="LossyDisk"/> never had.</summary>
public sealed class DiskCallTests
{
    private const string Write = @"pwrite64(106</a/ledger.db-wal>, ""\x01\x02"", 2, 32";

    [Fact]
    public void A_call_that_another_one_interrupts_is_read_like_one_in_a_line()
    {
        var whole = Assert.Single(DiskCall.Parse([$"12    {Write}) = 2"]));
        var interrupted = Assert.Single(DiskCall.Parse(
            [$"12    {Write} <unfinished ...>", "9850  openat(AT_FDCWD, \"/x\", O_RDONLY <unfinished ...>", "12    <... pwrite64 resumed>)           = 2", "9850  <... openat resumed>)             = 240"]));
        Assert.Equal(("pwrite64", "/a/ledger.db-wal", 32L), (whole.Name, whole.Path, whole.Number));
        Assert.Equal((whole.Name, whole.Path, whole.Number), (interrupted.Name, interrupted.Path, interrupted.Number));
        Assert.Equal([1, 2], whole.Data);
        Assert.Equal([1, 2], interrupted.Data);
    }

    [Fact]
    public void A_call_that_failed_is_left_out() =>
        Assert.Empty(DiskCall.Parse([$"12    {Write}) = -1 EIO (Input/output error)", $"12    {Write} <unfinished ...>", "12    <... pwrite64 resumed>)           = ?"]));
}
