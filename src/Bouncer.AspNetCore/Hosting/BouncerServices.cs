namespace Bouncer.AspNetCore.Hosting;

/// <summary>The services a middleware works with: the application's own, or an inner host's where <c>AddBouncer</c> was
/// not called.</summary>
/// <param name="Services">Where the bouncer's services are.</param>
/// <param name="Embedded">The inner host, if there is one.</param>
internal sealed record BouncerServices(IServiceProvider Services, EmbeddedHost? Embedded);
