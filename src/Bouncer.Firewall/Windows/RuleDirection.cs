namespace Bouncer.Firewall.Windows;

/// <summary>NET_FW_RULE_DIRECTION of netfw.h.</summary>
internal enum RuleDirection
{
    In = 1,
    Out = 2,
}
