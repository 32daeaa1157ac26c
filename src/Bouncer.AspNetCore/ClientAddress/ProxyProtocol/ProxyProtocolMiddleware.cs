using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>Reads the PROXY protocol header of each connection and sets the addresses that it names, before TLS and HTTP. Only
/// trusted proxies may open a connection here; all others are closed.</summary>
internal sealed class ProxyProtocolMiddleware(
    ConnectionDelegate next, ProxyTrustMonitor trust, AddressNotices notices, TimeProvider time)
{
    /// <summary>The time limit for a proxy to send its header.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public Task RunAsync(ConnectionContext connection)
    {
        if (connection.Features.Get<ProxyProtocolFeature>() is not null)
        {
            // The endpoint was configured twice, but there is only one header.
            return next(connection);
        }

        var peer = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (trust.Current is { Source: ProxyTrustSource.Settings } current && current.Believes(peer))
        {
            return ReadAndGoOnAsync(connection);
        }

        notices.ConnectionByStranger();
        Close(connection, "The peer is no proxy that is believed.");
        return Task.CompletedTask;
    }

    private static void Close(ConnectionContext connection, string reason) => connection.Abort(new ConnectionAbortedException(reason));

    private async Task ReadAndGoOnAsync(ConnectionContext connection)
    {
        using (var deadline = new CancellationTokenSource(Deadline, time))
        using (var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, connection.ConnectionClosed))
        {
            try
            {
                if (await ReadAsync(connection.Transport.Input, ended.Token) is not { } header)
                {
                    Close(connection, "There is no PROXY protocol header that can be read.");
                    return;
                }

                Apply(connection, header);
            }
            catch (OperationCanceledException)
            {
                if (deadline.IsCancellationRequested)
                {
                    notices.ConnectionWithoutHeader(AddressIssue.ProxyHeaderLate);
                }

                Close(connection, "The PROXY protocol header came too late.");
                return;
            }
            catch (IOException)
            {
                // The peer is gone; closing without a header needs no answer.
                return;
            }
        }

        await next(connection);
    }

    /// <summary>Consumes exactly the header from the connection.</summary>
    /// <returns>The header; null if there is none.</returns>
    private async Task<ProxyHeader?> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var status = Read(read.Buffer, out var header, out var length);
            if (status == OperationStatus.Done)
            {
                input.AdvanceTo(read.Buffer.GetPosition(length));
                return header;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (status == OperationStatus.InvalidData || read.IsCompleted || read.IsCanceled)
            {
                // A health check that only connects is not a fault.
                if (!read.Buffer.IsEmpty)
                {
                    notices.ConnectionWithoutHeader(AddressIssue.ProxyHeaderUnreadable);
                }

                return null;
            }
        }
    }

    private static OperationStatus Read(ReadOnlySequence<byte> buffer, out ProxyHeader header, out int length)
    {
        var start = buffer.Slice(0, Math.Min(buffer.Length, ProxyHeaderReader.Longest));
        return ProxyHeaderReader.Read(start.IsSingleSegment ? start.FirstSpan : start.ToArray(), out header, out length);
    }

    private void Apply(ConnectionContext connection, in ProxyHeader header)
    {
        var proxy = connection.RemoteEndPoint;
        connection.Features.Set<ProxyProtocolFeature>(new ProxyProtocolFeature(proxy, header));
        if (header is { Source: { } source, Destination: { } destination })
        {
            connection.RemoteEndPoint = source;
            connection.LocalEndPoint = destination;
            notices.Found((proxy as IPEndPoint)?.Address, source.Address, hasLeftOver: false);
        }
    }
}
