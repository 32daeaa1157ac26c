namespace Bouncer.AspNetCore.Hosting;

/// <summary>The services that a middleware uses: the application's own, or those of an inner host if <c>AddBouncer</c> was not
/// called.</summary>
/// <param name="Services">The provider of the bouncer's services.</param>
/// <param name="Embedded">The inner host, if there is one.</param>
internal sealed record BouncerServices(IServiceProvider Services, EmbeddedHost? Embedded);
