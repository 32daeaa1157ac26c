namespace Bouncer.Connections;

/// <summary>A file that TLS settings name cannot be used. Contains no part of a key or password.</summary>
/// <param name="setting">The key of the setting in its section.</param>
/// <param name="problem">The error, worded to follow the setting's path.</param>
/// <param name="inner">The cause.</param>
internal sealed class TlsFileException(string setting, string problem, Exception? inner = null) : IOException($"{setting} {problem}", inner)
{
    internal string Setting => setting;

    internal string Problem => problem;
}
