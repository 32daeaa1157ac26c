namespace Bouncer.AspNetCore.Telemetry;

/// <summary>The numbers of this package's log events, 2000 to 2099; docs/diagnostics.md explains each.</summary>
internal static class EventIds
{
    internal const int Remediated = 2000;
    internal const int DryRun = 2001;
    internal const int RemediationFailed = 2002;
    internal const int ResponseStarted = 2003;
    internal const int ObserverFailed = 2004;
    internal const int NotReady = 2005;
    internal const int Refused = 2006;
    internal const int ConnectionsEnded = 2007;
    internal const int ConnectionsNotJudged = 2008;
    internal const int ReloadRefused = 2010;
    internal const int Reloaded = 2011;
    internal const int UnusedRule = 2012;
    internal const int NeedsRestart = 2013;
    internal const int ProxiesReloaded = 2014;
    internal const int SymmetryNotUsed = 2015;
    internal const int PolicyGone = 2016;
    internal const int NoAddressScope = 2017;
    internal const int TrustsEveryProxy = 2020;
    internal const int BeforeForwardedHeaders = 2021;
    internal const int BeforeRouting = 2022;
    internal const int NeighbourIgnored = 2023;
    internal const int ForwardedByStranger = 2024;
    internal const int ClientUnresolved = 2025;
    internal const int EntriesLeftOver = 2026;
    internal const int ForwardedLoopback = 2027;
    internal const int ClientWithoutAddress = 2028;
    internal const int ForwardedByOthers = 2029;
    internal const int StartFailed = 2030;
    internal const int StopFailed = 2031;
    internal const int ForwardedForTakenOver = 2032;
    internal const int PassedBy = 2033;
    internal const int ProxyProtocolByStranger = 2034;
    internal const int ProxyProtocolUnreadable = 2035;
    internal const int TrustsManyProxies = 2036;
    internal const int HeaderMissing = 2037;
    internal const int RequestOfProxy = 2038;
    internal const int AddressChosen = 2039;
    internal const int EphemeralKeys = 2040;
    internal const int PlainHttpClearance = 2041;
    internal const int CaptchaFault = 2042;
    internal const int CaptchaFaultAgain = 2043;
    internal const int CaptchaRecovered = 2044;
    internal const int SpentChallengesFull = 2045;
    internal const int ProxyProtocolUnnamed = 2046;
    internal const int OwnPageLost = 2047;
    internal const int OnlyProxies = 2048;
    internal const int ConnectionClosed = 2049;
    internal const int ScopeUnresolved = 2050;
    internal const int CodesLimited = 2051;
    internal const int CaptchaHostsUnnamed = 2052;
    internal const int AppSecFailed = 2060;
    internal const int AppSecAnswersAgain = 2061;
}
