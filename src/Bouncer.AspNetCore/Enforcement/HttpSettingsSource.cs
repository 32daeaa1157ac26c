using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Remediations.Ban;
using Bouncer.AspNetCore.Remediations.Captcha;
using Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;
using Bouncer.AspNetCore.Remediations.Mfa;
using Bouncer.AspNetCore.Remediations.Throttle;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Settings;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>Holds the settings in force and follows the configuration.</summary>
/// <remarks>Not by IOptionsMonitor: after a reload that is not valid its every reader throws, and here the last good
/// settings are to stay.</remarks>
internal sealed class HttpSettingsSource
    : IBanSettingsSource, IThrottleSettingsSource, IUnresolvedPageSource, ICaptchaSettingsSource, ISiteVerifySettingsSource, IMfaSettingsSource, IDisposable
{
    private const string UserNameClaim = "Mfa:UserNameClaim";

    private readonly IOptionsFactory<BouncerHttpOptions> _factory;
    private readonly IEnumerable<IBouncerPolicyResolver> _resolvers;
    private readonly IHostEnvironment? _environment;
    private readonly ILogger<HttpSettingsSource> _logger;
    private readonly HttpSectionChanges[] _sections;
    private readonly IDisposable[] _registrations;
    private readonly bool _matchesUsers;
    private string _read;
    private bool _saidUsersWait;
    private volatile HttpSettings _current;

    public HttpSettingsSource(
        IOptionsFactory<BouncerHttpOptions> factory,
        IEnumerable<IOptionsChangeTokenSource<BouncerHttpOptions>> changes,
        IEnumerable<IBouncerPolicyResolver> resolvers,
        ILogger<HttpSettingsSource> logger,
        IHostEnvironment? environment = null)
    {
        _factory = factory;
        _resolvers = resolvers;
        _environment = environment;
        _logger = logger;
        _sections = [.. changes.OfType<HttpSectionChanges>()];
        _current = Create();
        _matchesUsers = _current.Mfa.UserNameClaim is not null;
        _read = Read();
        _registrations = [.. changes.Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload))];
    }

    internal HttpSettings Current => _current;

    /// <summary>Raised once other settings are in force.</summary>
    internal event Action? Changed;

    BanSettings IBanSettingsSource.Current => _current.Ban;

    CaptchaSettings ICaptchaSettingsSource.Current => _current.Captcha;

    SiteVerifySettings ISiteVerifySettingsSource.Current => _current.SiteVerify;

    RefusalPage IUnresolvedPageSource.Current => _current.UnresolvedPage;

    ThrottleRefusals IThrottleSettingsSource.Refusals => _current.ThrottleRefusals;

    ThrottleSettings IThrottleSettingsSource.For(string? policy) => _current.Throttle.For(policy);

    MfaSettings IMfaSettingsSource.Current => _current.Mfa;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Reload()
    {
        var now = Read();
        var isChanged = Interlocked.Exchange(ref _read, now) != now;
        try
        {
            _current = Create();
            Changed?.Invoke();
            if (isChanged)
            {
                _logger.Reloaded();
            }

            TellOfUsers();
        }
        catch (Exception error)
        {
            _logger.ReloadRefused(error, error.Message);
        }
    }

    /// <summary>LAPI is asked for decisions on users from the start on, or never; another claim is followed.</summary>
    private void TellOfUsers()
    {
        var wait = !_matchesUsers && _current.Mfa.UserNameClaim is not null;
        if (wait && !_saidUsersWait)
        {
            _logger.NeedsRestart("Bouncer:Http:" + UserNameClaim);
        }

        _saidUsersWait = wait;
    }

    private string Read() => string.Join('\n', _sections.Select(section => section.Read(without: _matchesUsers ? null : UserNameClaim)));

    private HttpSettings Create()
    {
        var options = _factory.Create(Options.DefaultName);
        var site = options.Site;
        var pages = new PageMaker(
            PageTexts.Load(PathOf(options.Texts)), new SiteDetails(site.Name, site.ContactUrl, site.ContactEmail, site.PrivacyUrl));
        var ban = PathOf(options.Ban.Template) is { } template ? pages.Load(template) : BanSettings.CreatePage(pages);
        return new HttpSettings(
            new PolicyTable(options, _resolvers),
            new BanSettings(options.Ban.StatusCode, ban),
            new ThrottleTable(options),
            new ThrottleRefusals(pages),
            UnresolvedHandler.CreatePage(pages),
            CaptchaSettingsFactory.Create(options, pages),
            SiteVerifyOptionsBinder.ToSettings(options.Captcha.SiteVerify, _environment),
            options);
    }

    private string? PathOf(string? path) => path is null ? null : TemplateFile.PathOf(path, _environment);
}
