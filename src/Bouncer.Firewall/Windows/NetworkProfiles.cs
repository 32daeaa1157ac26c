namespace Bouncer.Firewall.Windows;

/// <summary>NET_FW_PROFILE_TYPE2 of icftypes.h: the kinds of networks. The firewall can be switched on and off for each.</summary>
[Flags]
internal enum NetworkProfiles
{
    None = 0,
    Domain = 1,
    Private = 2,
    Public = 4,
}
