using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Verifier.Network;
using SigningAction.Verifier.Trust;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace SigningAction.Verifier.Tests.Network;

public sealed class WebClientTests : IDisposable
{
    private const string Address = "https://one.example/a";

    private readonly ScriptedNetwork _network = new();
    private readonly WebClient _web;

    public WebClientTests() => _web = new WebClient(new Surroundings { Network = () => _network, Variable = _ => null });

    public void Dispose()
    {
        _web.Dispose();
        _network.Dispose();
    }

    [Fact]
    public void A_server_that_fails_a_few_times_is_asked_again()
    {
        var tries = 0;
        _network.On(Address, _ => ++tries < 3 ? ScriptedNetwork.Answer([], HttpStatusCode.BadGateway) : ScriptedNetwork.Answer([1]));
        Assert.Equal([1], _web.Get(Request()).Body);
        Assert.Equal(3, tries);
    }

    // B-52: nobody asks for it, and what comes all the same is bytes like any others.
    [Fact]
    public void What_a_server_compressed_is_not_expanded()
    {
        using var handler = Assert.IsType<SocketsHttpHandler>(WebHandler.Create());
        Assert.Equal(System.Net.DecompressionMethods.None, handler.AutomaticDecompression);
        using var bomb = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(bomb, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[100_000]);
        }

        _network.On(Address, _ =>
        {
            var answer = ScriptedNetwork.Answer(bomb.ToArray());
            answer.Content.Headers.ContentEncoding.Add("gzip");
            return answer;
        });
        Assert.Equal(bomb.ToArray(), _web.Get(Request()).Body);
    }

    [Fact]
    public void A_network_that_is_not_there_is_nobodys_verdict()
    {
        _network.On(Address, _ => throw new HttpRequestException("no route"));
        var problem = Assert.Throws<ProblemException>(() => _web.Get(Request())).Problem;
        Assert.Equal(ExitCode.NotChecked, problem.Exit);
        Assert.Contains("--offline", problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_not_there_is_named_with_its_port_and_the_cause()
    {
        _network.On("https://one.example:8443/1.root.json", _ => throw new HttpRequestException(
            HttpRequestError.ConnectionError, "refused", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused)));
        var mirror = new TufMirror(new Uri("https://one.example:8443/"), _web);
        var problem = Assert.Throws<ProblemException>(() => mirror.Get(new TufFetch("1.root.json", 1000))).Problem;
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), (problem.Exit, problem.Code));
        Assert.Equal("The TUF repository (one.example:8443) could not be reached: nobody listens there.", problem.Fault);

        // What is asked for is trust: bundles at hand are no help.
        Assert.Contains("trust show", problem.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("--bundle", problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_over_its_cap_is_not_read_to_its_end()
    {
        _network.On(Address, new byte[1001]);
        Assert.Equal(ExitCode.NotChecked, Assert.Throws<ProblemException>(() => _web.Get(Request())).Problem.Exit);
        _network.On(Address, new byte[1000]);
        Assert.Equal(1000, _web.Get(Request()).Body.Length);
    }

    [Fact]
    public void A_secret_stays_with_its_host_and_redirects_are_counted()
    {
        _network
            .On(Address, HttpStatusCode.Found, ("Location", "/b"))
            .On("https://one.example/b", HttpStatusCode.Found, ("Location", "https://two.example/c"))
            .On("https://two.example/c", HttpStatusCode.Found, ("Location", "https://one.example/d"))
            .On("https://one.example/d", [1]);
        Assert.Equal([1], _web.Get(Request() with { Authorization = "Bearer s", Redirects = 3 }).Body);
        Assert.Equal(["https://one.example/a Bearer s", "https://one.example/b Bearer s", "https://two.example/c", "https://one.example/d"], _network.Asked);
        Assert.Equal(HttpStatusCode.Found, _web.Get(Request() with { Redirects = 2 }).Status);
        Assert.Equal(HttpStatusCode.Found, _web.Get(Request()).Status);
    }

    [Theory]
    [InlineData("http://two.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@two.example/")]
    public void A_redirect_leads_to_https_or_nowhere(string location)
    {
        _network.On(Address, HttpStatusCode.Found, ("Location", location));
        Assert.Equal(ExitCode.NotChecked, Assert.Throws<ProblemException>(() => _web.Get(Request() with { Redirects = 1 })).Problem.Exit);
        Assert.Single(_network.Asked);
    }

    [Theory]
    [InlineData("//")]
    [InlineData("https://[")]
    [InlineData("https:///x")]
    [InlineData("//:99999999/")]
    public void A_redirect_to_what_is_no_address_is_nobodys_verdict(string location)
    {
        _network.On(Address, HttpStatusCode.Found, ("Location", location));
        try
        {
            Assert.Equal(HttpStatusCode.Found, _web.Get(Request() with { Redirects = 1 }).Status); // A header that is no address at all leads nowhere.
        }
        catch (ProblemException e)
        {
            Assert.Equal(ExitCode.NotChecked, e.Problem.Exit);
        }
    }

    private static WebRequest Request() => new(new Uri(Address), "a service", 1000);
}
