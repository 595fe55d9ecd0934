using CsCheck;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Evidence.Tests.Transparency;

public sealed class TilePathTests
{
    [Theory]
    [InlineData("0/000", 0, 0, 256)]
    [InlineData("5/x001/x234/067", 5, 1234067, 256)]
    [InlineData("entries/x001/000.p/8", TilePath.Entries, 1000, 8)]
    [InlineData("data/005.p/255", TilePath.Data, 5, 255)]
    [InlineData("63/000", 63, 0, 256)]
    public void The_paths_of_the_specification_are_read_and_written(string path, int level, long index, int width)
    {
        Assert.True(TilePath.TryParse(path, out var tile));
        Assert.Equal(new TilePath(level, index, width), tile);
        Assert.Equal(path, tile.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("64/000")]
    [InlineData("-1/000")]
    [InlineData("+0/000")]
    [InlineData("00/000")]
    [InlineData("0/00")]
    [InlineData("0/0000")]
    [InlineData("0/x000/000")]
    [InlineData("0/001/000")]
    [InlineData("0/x001/x000")]
    [InlineData("0/x-01/000")]
    [InlineData("0/../000")]
    [InlineData("0/000.p/0")]
    [InlineData("0/000.p/256")]
    [InlineData("0/000.p/01")]
    [InlineData("0/000.p/")]
    [InlineData("0/000.p/1.p/1")]
    [InlineData("0/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("entries/١٢٣")]
    public void Any_other_spelling_is_no_tile(string path) => Assert.False(TilePath.TryParse(path, out _));

    [Fact]
    public void A_written_path_is_read_back() =>
        Gen.Select(Gen.Int[-2, 63], Gen.Long[0, long.MaxValue / 2000], Gen.Int[1, 256]).Sample((level, index, width) =>
        {
            var tile = new TilePath(level, index, width);
            Assert.True(TilePath.TryParse(tile.ToString(), out var again));
            Assert.Equal(tile, again);
        });
}
