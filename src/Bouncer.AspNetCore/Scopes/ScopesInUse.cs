using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>The scopes by which clients are matched; fixed at startup, like the scopes that are requested from LAPI.</summary>
internal sealed class ScopesInUse(IEnumerable<ScopeRegistration> registrations, IOptionsFactory<BouncerHttpOptions> options)
{
    internal IReadOnlyList<ScopeRegistration> All => field ??= Find();

    private ScopeRegistration[] Find()
    {
        Lazy<BouncerHttpOptions> atStart = new(() => options.Create(Options.DefaultName));
        return [.. registrations.Where(registered => registered.IsOn is not { } isOn || isOn(atStart.Value))];
    }
}
