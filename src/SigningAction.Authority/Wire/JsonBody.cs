namespace SigningAction.Authority.Wire;

/// <summary>An answer that is JSON already.</summary>
public static class JsonBody
{
    /// <summary>Writes the whole body at once, with its length.</summary>
    public static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> utf8, string mediaType = "application/json")
    {
        response.ContentType = mediaType;
        response.ContentLength = utf8.Length;
        await response.Body.WriteAsync(utf8, response.HttpContext.RequestAborted);
    }
}
