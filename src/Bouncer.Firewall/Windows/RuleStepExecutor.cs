using System.Diagnostics;
using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Windows;

/// <summary>Executes the steps of a plan. If it is interrupted at any point, no enabled rule contains more than it
/// should.</summary>
/// <param name="store">The rules in Windows.</param>
/// <param name="calls">Runs the calls of the store.</param>
/// <param name="planner">Receives the outcome.</param>
/// <param name="logger">Where warnings are logged.</param>
internal sealed class RuleStepExecutor(RuleStore store, ComCallQueue calls, WindowsPlanner planner, ILogger logger)
{
    /// <summary>To find one refused address among a thousand takes about 20 attempts.</summary>
    private const int MostAttempts = 500;

    internal Task RunAsync(RuleStep step, CancellationToken cancellationToken) => step switch
    {
        RuleStep.Create create => CreateAsync(create, cancellationToken),
        RuleStep.Write write => WriteAsync(write, cancellationToken),
        RuleStep.Delete delete => DeleteAsync(delete.Text, delete.Name, cancellationToken),
        RuleStep.Drop drop => DropAsync(drop.Text, drop.Difference, cancellationToken),
        _ => throw new UnreachableException(),
    };

    private async Task CreateAsync(RuleStep.Create step, CancellationToken cancellationToken)
    {
        var ranges = await AcceptedAsync(step.Text, step.Name, step.Ranges, cancellationToken).ConfigureAwait(false);
        if (!ranges.IsEmpty)
        {
            await AddAsync(step.Text, step.Name, ranges, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AddAsync(string text, RuleName name, RangeSet ranges, CancellationToken cancellationToken)
    {
        await calls.RunAsync(() => store.Add(text, name, AddressText.Write(ranges, name.IsIPv4)), cancellationToken).ConfigureAwait(false);
        var added = await calls.RunAsync(() => store.Find(text), cancellationToken).ConfigureAwait(false);
        if (added is null || !Holds(added, name, ranges))
        {
            await calls.RunAsync(() => store.Remove(text), cancellationToken).ConfigureAwait(false);
            throw ReadsWrong(text);
        }

        await EnableAsync(text, name, ranges, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(RuleStep.Write step, CancellationToken cancellationToken)
    {
        var (text, name) = (step.Text, step.Name);
        var ranges = await AcceptedAsync(text, name, step.Ranges, cancellationToken).ConfigureAwait(false);
        if (ranges.IsEmpty)
        {
            await DeleteAsync(text, name, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (step.Before is null)
        {
            logger.RuleTooWide(text);
        }

        var rule = await calls.RunAsync(() => store.Find(text), cancellationToken).ConfigureAwait(false);
        if (rule is null)
        {
            await AddAsync(text, name, ranges, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!Holds(rule, name, ranges))
        {
            await calls.RunAsync(() => store.SetAddresses(text, AddressText.Write(ranges, name.IsIPv4)), cancellationToken).ConfigureAwait(false);
            rule = await calls.RunAsync(() => store.Find(text), cancellationToken).ConfigureAwait(false);
            if (rule is null || !Holds(rule, name, ranges))
            {
                await calls.RunAsync(() => store.SetEnabled(text, isEnabled: false), cancellationToken).ConfigureAwait(false);
                throw ReadsWrong(text);
            }
        }

        if (rule.IsEnabled)
        {
            planner.Rules.Set(new(name, ranges, IsEnabled: true));
            return;
        }

        await EnableAsync(text, name, ranges, cancellationToken).ConfigureAwait(false);
    }

    private async Task EnableAsync(string text, RuleName name, RangeSet ranges, CancellationToken cancellationToken)
    {
        await calls.RunAsync(() => store.SetEnabled(text, isEnabled: true), cancellationToken).ConfigureAwait(false);
        planner.Rules.Set(new(name, ranges, IsEnabled: true));
    }

    private async Task DeleteAsync(string text, RuleName name, CancellationToken cancellationToken)
    {
        await calls.RunAsync(() => store.Remove(text), cancellationToken).ConfigureAwait(false);
        planner.Rules.Remove(name);
    }

    private async Task DropAsync(string text, string difference, CancellationToken cancellationToken)
    {
        logger.RuleRemoved(text, difference);
        await calls.RunAsync(() => store.RemoveOwn(name => name == text), cancellationToken).ConfigureAwait(false);
        planner.Rules.Free(text);
    }

    /// <summary>Finds the part of some ranges that Windows accepts. Tried on a rule outside the firewall, so that the enabled one
    /// keeps its content.</summary>
    private async Task<RangeSet> AcceptedAsync(string text, RuleName name, RangeSet ranges, CancellationToken cancellationToken)
    {
        if (await AcceptsAsync(ranges).ConfigureAwait(false))
        {
            return ranges;
        }

        var refused = await Bisection.RefusedAsync(ranges.Ranges, MostAttempts, part => AcceptsAsync(RangeSet.Of(part))).ConfigureAwait(false);
        logger.AddressesRefused(refused.Count, text);
        planner.Refuse(name, RangeSet.Of(refused));
        return ranges.Except(RangeSet.Of(refused));

        Task<bool> AcceptsAsync(RangeSet part) => calls.RunAsync(() => store.Accepts(AddressText.Write(part, name.IsIPv4)), cancellationToken);
    }

    private static bool Holds(StoredRule rule, RuleName name, RangeSet ranges) =>
        AddressText.TryRead(rule.Addresses, name.IsIPv4, out var held) && held.Equals(ranges);

    private FirewallException ReadsWrong(string text)
    {
        logger.RuleReadsWrong(text);
        return new(FirewallErrorKind.Failed, $"Windows Firewall gives back other addresses of rule {text} than were written. If it does so again: try a lower Bouncer:Firewall:Windows:AddressesPerRule.");
    }
}
