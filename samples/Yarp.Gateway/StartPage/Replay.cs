namespace Gateway.StartPage;

// What GET /.bouncer/replay answers: what the visitor gets. The body is shown by /.bouncer/replays/{id}.
internal sealed record Replay(
    int Id, string As, string Path, string Remediation, int Status, string Reason, IEnumerable<KeyValuePair<string, string>> Headers,
    string ContentType, string Body, bool IsCut, double Milliseconds);
