using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>The firewall's errors. The runtime throws different exception types for them, all of which contain the
/// number.</summary>
internal static class HResults
{
    /// <summary>S_FALSE: only partly done.</summary>
    internal const int False = 1;
    internal const int AccessDenied = unchecked((int)0x80070005);
    internal const int FileNotFound = unchecked((int)0x80070002);
    internal const int InvalidArgument = unchecked((int)0x80070057);
    internal const int NotImplemented = unchecked((int)0x80004001);
    internal const int ClassNotRegistered = unchecked((int)0x80040154);
    internal const int ModuleNotFound = unchecked((int)0x8007007E);
    internal const int ServiceDisabled = unchecked((int)0x80070422);
    internal const int ServiceNotActive = unchecked((int)0x80070426);
    internal const int RpcServerUnavailable = unchecked((int)0x800706BA);
    internal const int NoMoreEndpoints = unchecked((int)0x800706D9);

    /// <summary>STATUS_INVALID_PARAMETER, seen if a list of addresses contains one that is refused.</summary>
    internal const int InvalidParameter = unchecked((int)0xD000000D);

    /// <summary>Whether an error means that the value is refused.</summary>
    internal static bool IsRefusal(int error) => error is InvalidParameter or InvalidArgument;

    /// <summary>Creates the exception for the operator.</summary>
    internal static FirewallException ToFirewallException(Exception error) => error switch
    {
        DllNotFoundException or EntryPointNotFoundException => Missing("is not on this system", error),
        { HResult: ClassNotRegistered or ModuleNotFound } => Missing("is not installed on this system", error),
        { HResult: ServiceDisabled or ServiceNotActive or RpcServerUnavailable or NoMoreEndpoints } =>
            Missing("does not answer: start its services (Start-Service BFE, MpsSvc) and do not disable them; to switch the firewall off, use its profiles", error),
        { HResult: AccessDenied } => new(
            FirewallErrorKind.Forbidden,
            $"This process may not change Windows Firewall (0x{error.HResult:X8}): run it as administrator, or as a service under LocalSystem.",
            error),
        { HResult: NotImplemented } => new(
            FirewallErrorKind.Failed,
            $"Windows Firewall cannot be used here (0x{error.HResult:X8}, not implemented): this is no Windows, or one without its firewall.",
            error),
        _ => new(
            FirewallErrorKind.Failed,
            $"Windows Firewall reported 0x{error.HResult:X8}. If it does so again: look for the number in Microsoft's documentation, and try a lower Bouncer:Firewall:Windows:AddressesPerRule.",
            error),
    };

    /// <summary>Releases an object of the firewall immediately: thousands of rules are read, and the garbage collector does not
    /// know their native memory.</summary>
    internal static void Release(object? comObject) => (comObject as ComObject)?.FinalRelease();

    private static FirewallException Missing(string what, Exception error) =>
        new(FirewallErrorKind.Missing, $"Windows Firewall {what} (0x{error.HResult:X8}).", error);
}
