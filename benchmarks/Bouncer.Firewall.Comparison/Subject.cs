using System.Diagnostics;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Comparison;

/// <summary>One of the programs that are compared.</summary>
internal abstract class Subject
{
    /// <summary>Both ask LAPI as often.</summary>
    protected const int PullSeconds = 1;

    internal abstract string Name { get; }

    /// <summary>Starts it in a network, with what it logs going to a file of the folder.</summary>
    internal Process Start(NetworkNamespace network, Uri lapi, string key, string folder)
    {
        var start = Prepare(lapi, key, folder);

        // A shell opens the log and gives way to the program, so that no pipe can hold it up.
        var shell = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$LOG\" 2>&1 </dev/null", "sh", start.FileName, .. start.ArgumentList]) { WorkingDirectory = folder };
        foreach (var (name, value) in start.Environment)
        {
            shell.Environment[name] = value;
        }

        shell.Environment["LOG"] = Path.Combine(folder, "log");
        return network.Start(shell);
    }

    protected abstract ProcessStartInfo Prepare(Uri lapi, string key, string folder);
}
