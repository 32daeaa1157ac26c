using System.Diagnostics;
using System.Runtime.Versioning;

namespace Bouncer.TestUtils;

/// <summary>A shell script that can be run as a program.</summary>
public static class ScriptFile
{
    /// <summary>Writes it by another process. The kernel refuses to run a file that a process holds open for writing (ETXTBSY),
    /// and a program that another test starts at the wrong moment inherits what this process has open.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void Write(string path, string script)
    {
        using var shell = Process.Start("/bin/sh", ["-c", "printf '%s' \"$1\" > \"$2\" && chmod 500 \"$2\"", "sh", "#!/bin/sh\n" + script + "\n", path]);
        shell.WaitForExit();
        if (shell.ExitCode != 0)
        {
            throw new IOException($"The shell could not write {path}.");
        }
    }
}
