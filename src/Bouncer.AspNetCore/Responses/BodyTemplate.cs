using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>A body ready to send: its bytes between the places where the request's reference goes. Immutable.</summary>
internal sealed class BodyTemplate
{
    internal const string Placeholder = "{{reference}}";

    private readonly byte[][] _parts;
    private readonly int _length;

    internal BodyTemplate(string text)
    {
        _parts = [.. text.Split(Placeholder).Select(Encoding.UTF8.GetBytes)];
        _length = _parts.Sum(part => part.Length);
    }

    /// <summary>Writes the whole body, with its length. HEAD gets that and no body.</summary>
    /// <param name="response">The response; has its type already.</param>
    /// <param name="reference">The reference, encoded for the type.</param>
    internal async ValueTask WriteAsync(HttpResponse response, string reference)
    {
        response.ContentLength = _length + ((_parts.Length - 1) * Encoding.UTF8.GetByteCount(reference));
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            Write(response.BodyWriter, reference);
            await response.BodyWriter.FlushAsync();
        }
    }

    private void Write(IBufferWriter<byte> output, string reference)
    {
        output.Write(_parts[0]);
        foreach (var part in _parts.AsSpan(1))
        {
            Encoding.UTF8.GetBytes(reference, output);
            output.Write(part);
        }
    }
}
