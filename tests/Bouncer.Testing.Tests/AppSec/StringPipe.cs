using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace Bouncer.Testing.Tests.AppSec;

/// <summary>A body that a test writes piece by piece; it is sent in chunks.</summary>
public sealed class StringPipe : HttpContent
{
    private readonly Pipe _pipe = new();

    public async Task WriteAsync(string text) => await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(text));

    public void Complete() => _pipe.Writer.Complete();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync();
            foreach (var piece in read.Buffer)
            {
                await stream.WriteAsync(piece);
            }

            await stream.FlushAsync();
            _pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
