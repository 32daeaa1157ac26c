using System.Text;

namespace Bouncer.Testing.Api;

/// <summary>A body that is sent in chunks while it is created.</summary>
internal sealed class StreamBody(Stream wire)
{
    private const int PieceLength = 16 * 1024;

    private readonly StringBuilder _waiting = new();

    public async Task AddAsync(string text)
    {
        _waiting.Append(text);
        if (_waiting.Length >= PieceLength)
        {
            await SendAsync();
        }
    }

    public async Task SendAsync()
    {
        await wire.WriteAsync(Encoding.UTF8.GetBytes(_waiting.ToString()));
        _waiting.Clear();
    }
}
