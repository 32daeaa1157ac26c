namespace Bouncer.Telemetry;

/// <summary>The numbers of this package's log events; docs/diagnostics.md explains each.</summary>
internal static class EventIds
{
    internal const int SyncStarted = 1100;
    internal const int FirstSync = 1101;
    internal const int FullSync = 1102;
    internal const int PullFailed = 1103;
    internal const int PullFailedAgain = 1104;
    internal const int AccessForbidden = 1105;
    internal const int Recovered = 1106;
    internal const int DoubtfulList = 1107;
    internal const int UnexpectedError = 1108;
    internal const int DecisionsSkipped = 1109;
    internal const int StartedUnready = 1110;
    internal const int PlainHttp = 1111;
    internal const int RangeTooWide = 1112;
    internal const int TooManyDecisions = 1113;
    internal const int QuestionsRefused = 1114;
    internal const int KeyShared = 1115;
    internal const int KeyNotShared = 1116;
    internal const int OutageLasts = 1117;
    internal const int NeedsRestart = 1118;
    internal const int UnknownType = 1119;
    internal const int SinkFailed = 1120;
    internal const int SinksNeedStream = 1121;
    internal const int LapiNotHealthy = 1122;
    internal const int NoRemediation = 1123;
    internal const int NothingFiltered = 1124;
    internal const int UnusedName = 1125;
    internal const int TrustsTooMuch = 1126;
    internal const int ListFailed = 1127;
    internal const int SettingsReloaded = 1128;
    internal const int ReloadRefused = 1129;
    internal const int TlsNotVerified = 1130;
    internal const int TlsFilesTaken = 1131;
    internal const int TlsFilesKept = 1132;
    internal const int CertificateNotValid = 1133;
    internal const int LapiFailedOver = 1134;
    internal const int LapiReturned = 1135;
    internal const int DecisionsOff = 1136;
    internal const int LapiNotUsable = 1137;
    internal const int SnapshotLoaded = 1140;
    internal const int SnapshotRefused = 1141;
    internal const int SnapshotUnreadable = 1142;
    internal const int SnapshotInUse = 1143;
    internal const int SnapshotSaved = 1144;
    internal const int SnapshotNotSaved = 1145;
    internal const int LiveQueryFailed = 1200;
    internal const int LiveQueryRecovered = 1201;
    internal const int LiveQueryBroke = 1202;
    internal const int LiveOutageLasts = 1203;
    internal const int LiveQueriesRefused = 1204;
    internal const int UsageNotTaken = 1300;
    internal const int UsageRefused = 1301;
    internal const int UsageFailed = 1302;
    internal const int UsageBroke = 1303;
}
