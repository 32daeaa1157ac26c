namespace Bouncer.Firewall.Worker;

/// <summary>The program's exit codes, as documented in README.md.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Differs = 1;
    public const int Settings = 2;
    public const int Lapi = 3;
    public const int Firewall = 4;
    public const int Interrupted = 130;
}
