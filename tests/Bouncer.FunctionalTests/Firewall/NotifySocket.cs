using System.Net.Sockets;
using System.Text;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Firewall;

/// <summary>What systemd opens for the services it starts: a Unix datagram socket, in the file system or, named with an @,
/// outside of it.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-notify-");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[4096];

    public NotifySocket(bool isAbstract)
    {
        Name = Path.Combine(_folder.FullName, "notify");
        if (isAbstract)
        {
            Name = "@" + Name;
        }

        _socket.ReceiveTimeout = (int)Eventually.DefaultDeadline.TotalMilliseconds;
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + Name[1..] : Name));
    }

    /// <summary>The value of NOTIFY_SOCKET.</summary>
    public string Name { get; }

    /// <summary>The lines of the next datagram.</summary>
    public string[] Receive() => Encoding.UTF8.GetString(_buffer, 0, _socket.Receive(_buffer)).Split('\n');

    /// <summary>The datagrams up to and with the first that has a line.</summary>
    public List<string[]> ReceiveUntil(string line)
    {
        List<string[]> received = [];
        do
        {
            received.Add(Receive());
        }
        while (!received[^1].Contains(line));
        return received;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Delete(recursive: true);
    }
}
