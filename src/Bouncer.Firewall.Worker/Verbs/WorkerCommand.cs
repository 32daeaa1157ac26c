using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Bouncer.Firewall.Worker.Verbs;

/// <summary>The command line with five verbs; the default is run.</summary>
internal static class WorkerCommand
{
    private const int ShortestTimeout = 1;
    private const int LongestTimeout = 600;

    public static RootCommand Create()
    {
        var settings = new Option<FileInfo?>("--settings")
        {
            Description = "A file of settings beside appsettings.json. On Linux, when not given: /etc/bouncers/firewall-worker.json, if it is there.",
            Recursive = true,
            HelpName = "file",
        };
        var timeout = new Option<int>("--timeout")
        {
            Description = "How many seconds to wait for CrowdSec's decisions.",
            DefaultValueFactory = _ => 15,
            HelpName = "seconds",
            CustomParser = Seconds,
        };
        var full = new Option<bool>("--full") { Description = "List every step, too." };
        var once = new Option<bool>("--once") { Description = "Apply once and exit; use 'run' to keep going. Required." };

        var run = new Command("run", "Keep the firewall in step with CrowdSec's decisions until stopped. The default.");
        run.SetAction((parsed, stop) => RunVerb.RunAsync(parsed.GetValue(settings), stop));
        var plan = new Command("plan", "Say what would be changed, and change nothing.") { full, timeout };
        plan.SetAction((parsed, _) => PlanVerb.RunAsync(Host(parsed), parsed.GetValue(full)));
        var apply = new Command("apply", "Put the decisions of this moment into force, and end.") { once, timeout };
        apply.Validators.Add(result =>
        {
            // GetValue is not used, because it throws if the text is neither true nor false.
            if (result.GetResult(once) is not { } given || given.Tokens.Any(token => token.Value.Equals("false", StringComparison.OrdinalIgnoreCase)))
            {
                result.AddError("'apply' needs --once; to keep the firewall in step, use 'run'.");
            }
        });
        apply.SetAction((parsed, _) => ApplyVerb.RunAsync(Host(parsed)));
        var verify = new Command("verify", "Say whether the firewall holds the decisions. Exit code 1 if it does not.") { timeout };
        verify.SetAction((parsed, _) => VerifyVerb.RunAsync(Host(parsed)));
        var clean = new Command("clean", "Remove everything this program ever wrote. Needs neither CrowdSec nor a key.");
        clean.SetAction((parsed, stop) => CleanVerb.RunAsync(parsed.GetValue(settings), stop));

        var root = new RootCommand("""
            Blocks the addresses that CrowdSec has banned, in this machine's own firewall.

            Exit codes: 0 done; 1 'verify' found differences; 2 wrong usage or settings; 3 CrowdSec's Local API cannot be reached or refuses the key; 4 the firewall cannot be read or written; 130 interrupted.
            """) { settings, run, plan, apply, verify, clean };
        root.SetAction((parsed, stop) => RunVerb.RunAsync(parsed.GetValue(settings), stop));
        return root;

        // A validator would run too late: the default parser throws if the text is not a number.
        static int Seconds(ArgumentResult result)
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds is >= ShortestTimeout and <= LongestTimeout)
            {
                return seconds;
            }

            result.AddError($"--timeout is from {ShortestTimeout} to {LongestTimeout} seconds, a whole number.");
            return 0;
        }

        OneShotHost Host(ParseResult parsed) => new(parsed.GetValue(settings), TimeSpan.FromSeconds(parsed.GetValue(timeout)));
    }
}
