using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Mfa;

internal sealed class OneTimeCodeGuard(OneTimeCodeVerifier verifier, IClientAddressResolver addresses, EmbeddedIPv4? embedded = null) : IOneTimeCodeGuard
{
    public ValueTask<OneTimeCodeResult> VerifyOnceAsync(HttpContext context, string user, string code, Func<string, ValueTask<bool>> verify)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(verify);
        var address = addresses.GetClientAddress(context);
        return verifier.VerifyOnceAsync(user, ClientKey.Of(embedded is null ? address : embedded.Unwrap(address)), code, verify);
    }
}
