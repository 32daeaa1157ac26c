using System.Net;
using System.Security.Claims;

namespace Bouncer.AspNetCore;

/// <summary>Explains to the operator what happens to a client under a policy, and why. Registered by <c>AddBouncer</c>;
/// thread-safe.</summary>
public interface IBouncerExplainer
{
    /// <summary>Explains what happens to a client: every live decision on its address and user, and on the country and
    /// autonomous system that a database of <see cref="GeoOptions"/> has for the address; what the policy makes of each, and which
    /// settings do so.</summary>
    /// <remarks>Never waits: in live mode it uses only what LAPI answered before. Values that only a request has, such as those of
    /// an <see cref="IScopeResolver"/> of your own or of a proxy's header, are not included, and AppSec is not asked.</remarks>
    /// <param name="address">The client's address; null for a client without one, as on a Unix socket.</param>
    /// <param name="user">The signed-in user, whose claim <see cref="MfaOptions.UserNameClaim"/> is looked up; null for none.</param>
    /// <param name="policy">The name of the policy; null for the default policy.</param>
    /// <exception cref="ArgumentException">There is no policy with that name.</exception>
    BouncerExplanation Explain(IPAddress? address, ClaimsPrincipal? user = null, string? policy = null);
}
