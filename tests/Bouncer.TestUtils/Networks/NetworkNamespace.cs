using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>
/// A network of its own inside this process: one thread left the machine's network, and every socket opened and every program
/// started on that thread sees only what is built here. It has no name and ends with the process, however that ends. Skips the
/// running test where the parts or root are missing. Thread-safe; calls are carried out one after the other.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly string _ip = RequiredPart.Iproute.PathOrSkip();
    private readonly string _nft = RequiredPart.Nftables.PathOrSkip();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-net-");
    private readonly Thread _thread;

    /// <summary>Makes one whose loopback is up.</summary>
    public NetworkNamespace()
    {
        var started = new TaskCompletionSource<int>();
        _thread = new Thread(() => Work(started)) { IsBackground = true, Name = "network namespace" };
        _thread.Start();
        try
        {
            Path = $"/proc/{Environment.ProcessId}/task/{started.Task.GetAwaiter().GetResult()}/ns/net";
        }
        catch (Win32Exception refusal)
        {
            _folder.Delete(recursive: true);
            RequiredPart.Skip($"The kernel gives no network namespace: {refusal.Message}");
            throw;
        }

        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        NftProgram = System.IO.Path.Combine(_folder.FullName, "nft");
        ScriptFile.Write(NftProgram, $"exec nsenter --net={Path} {_nft} \"$@\"");

        // Nobody else can have an address: not asking makes links usable at once.
        Run(() => File.WriteAllText("/proc/sys/net/ipv6/conf/default/accept_dad", "0"));
        Ip("link set lo up");
    }

    /// <summary>The file that names it to programs.</summary>
    public string Path { get; }

    /// <summary>A program that is nft, run in here from anywhere.</summary>
    public string NftProgram { get; }

    /// <summary>Does something in here.</summary>
    public void Run(Action action) =>
        Run(() =>
        {
            action();
            return true;
        });

    /// <summary>Does something in here as a process without CAP_NET_ADMIN would, and returns its result.</summary>
    public T RunWithoutNetAdmin<T>(Func<T> function) => Run(() => LinuxThread.WithoutNetAdmin(function));

    /// <summary>Does something in here and returns its result.</summary>
    public T Run<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Runs <c>ip</c>, one command a line, and returns what it printed; fails the test when it does not succeed.</summary>
    public string Ip(string commands) => RunProgram(_ip, ["-batch", "-"], commands);

    /// <summary>Runs <c>nft</c>, one command a line, in one transaction, and returns what it printed; fails the test when it does
    /// not succeed.</summary>
    public string Nft(string commands, params string[] options) => RunProgram(_nft, [.. options, "-f", "-"], commands);

    /// <summary>Starts a program in here.</summary>
    public Process Start(ProcessStartInfo start) => Run(() => Process.Start(start)!);

    /// <summary>What reaches servers in here with HTTP.</summary>
    public SocketsHttpHandler CreateHttpHandler() => new()
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    /// <inheritdoc />
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Work(TaskCompletionSource<int> started)
    {
        try
        {
            LinuxThread.LeaveNetwork();
        }
        catch (Win32Exception refusal)
        {
            started.SetException(refusal);
            return;
        }

        started.SetResult(LinuxThread.Id);
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }

    private string RunProgram(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}\n{input}");
        return output.GetAwaiter().GetResult();
    }
}
