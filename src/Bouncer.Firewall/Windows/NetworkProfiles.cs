namespace Bouncer.Firewall.Windows;

/// <summary>NET_FW_PROFILE_TYPE2 of icftypes.h: the kinds of networks, each with a switch of its own for the firewall.</summary>
[Flags]
internal enum NetworkProfiles
{
    None = 0,
    Domain = 1,
    Private = 2,
    Public = 4,
}
