using System.Collections.Frozen;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>The providers there are; the last one registered of a name wins.</summary>
internal sealed class CaptchaProviders
{
    internal const string LocalName = "local";

    private readonly FrozenDictionary<string, ICaptchaProvider> _providers;

    public CaptchaProviders(IEnumerable<ICaptchaProvider> providers, CaptchaProviderNames names)
    {
        _providers = providers
            .GroupBy(static provider => provider.Name, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(static group => group.Key, static group => group.Last(), StringComparer.OrdinalIgnoreCase);
        names.Known = _providers.Keys;
    }

    internal ICaptchaProvider? Find(string name) => _providers.GetValueOrDefault(name);
}
