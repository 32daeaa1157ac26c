using System.Globalization;
using Bouncer;
using Bouncer.AspNetCore;

namespace Gateway.StartPage;

// The last verdicts, for the operator's eyes: held in memory, a few, never logged. Safe for any number of threads.
internal sealed class RecentVerdicts(TimeProvider time)
{
    private const int Capacity = 50;

    private readonly Lock _gate = new();
    private readonly Queue<SeenVerdict> _verdicts = new(Capacity);

    public IReadOnlyList<SeenVerdict> NewestFirst()
    {
        lock (_gate) return [.. _verdicts.Reverse()];
    }

    public ValueTask OnRemediated(RemediationContext context, RemediationResult result)
    {
        var outcome = result switch
        {
            RemediationResult.Continue => "let through",
            RemediationResult.Cleared => "cleared before",
            _ => $"answered {context.HttpContext.Response.StatusCode.ToString(CultureInfo.InvariantCulture)}",
        };
        Add(SeenVerdict.Of(context.HttpContext, time.GetUtcNow(), context.Remediation, outcome, context.Verdict.Decision));
        return ValueTask.CompletedTask;
    }

    // The hook is not told of dry runs and of clients that a policy lets pass in spite of a decision.
    public void SeePassing(HttpContext context)
    {
        if (context.Features.Get<IBouncerFeature>() is { } feature && (feature.IsDryRun || feature.Remediation.IsNone) && !feature.Verdict.IsAllowed)
        {
            var outcome = feature.IsDryRun ? "dry run" : "let through";
            Add(SeenVerdict.Of(context, time.GetUtcNow(), feature.IsDryRun ? feature.Remediation : feature.Verdict.Remediation, outcome, feature.Verdict.Decision));
        }
    }

    // A clean visitor is no news, unless the operator asked to see one.
    public void AddClean(string address, string path) =>
        Add(new SeenVerdict(time.GetUtcNow(), address, path, Remediation.None.Name, "allowed", null, null, null));

    private void Add(SeenVerdict verdict)
    {
        lock (_gate)
        {
            if (_verdicts.Count == Capacity)
            {
                _verdicts.Dequeue();
            }

            _verdicts.Enqueue(verdict);
        }
    }
}
