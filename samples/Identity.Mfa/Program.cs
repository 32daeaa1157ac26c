using Bouncer.AspNetCore;
using Bouncer.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["Bouncer:Lapi:Url"] is null)
{
    var lapi = await LocalApiServer.StartAsync();
    (builder.Configuration["Bouncer:Lapi:Url"], builder.Configuration["Bouncer:Lapi:ApiKey"]) = (lapi.Url.ToString(), lapi.ApiKey);
    Console.WriteLine($$"""To doubt alice as CrowdSec would: curl {{lapi.Url}}manage/decisions -H 'Content-Type: application/json' -d '{"scope":"username","value":"alice@example.com","type":"enforce_mfa"}'""");
}

builder.Services.AddBouncer();
builder.Services.AddDbContext<IdentityDbContext>(options => options.UseSqlite(builder.Configuration.GetConnectionString("Accounts")));
builder.Services.AddDefaultIdentity<IdentityUser>().AddEntityFrameworkStores<IdentityDbContext>();
builder.Services.AddRazorPages();

// The second factor ends with the session.
builder.Services.ConfigureApplicationCookie(cookie => cookie.Events.OnSigningOut = async session =>
    await session.HttpContext.RequestServices.GetRequiredService<IMfaClearance>().RevokeAsync(session.HttpContext));

var app = builder.Build();
using (var scope = app.Services.CreateScope())
{
    scope.ServiceProvider.GetRequiredService<IdentityDbContext>().Database.EnsureCreated();
}

app.UseBouncer();
app.MapStaticAssets();
app.MapRazorPages().RequireAuthorization();
app.MapGet("/", () => Results.LocalRedirect("/Identity/Account/Manage"));
app.Run();
