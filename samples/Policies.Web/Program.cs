using Bouncer;
using Bouncer.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddHealthChecks().AddBouncer();
builder.Services.AddBouncer()
    // Machines cannot solve a captcha: here it is a ban.
    .AddPolicy("api", policy => policy.Map(Remediation.Captcha, to: Remediation.Ban))
    // Where a wrong refusal costs most: write down what would have happened, refuse nothing.
    .AddPolicy("checkout", policy => policy.DryRun())
    .ConfigureHttp(http =>
    {
        http.OnRemediating = request => new(request.HttpContext.User.IsInRole("staff") ? Remediation.None : request.Remediation);
    });

var app = builder.Build();
app.UseBouncer();

app.MapGet("/", (HttpContext context) => $"Your verdict is '{context.GetBouncerVerdict().Remediation}'.");
app.MapGet("/checkout", () => "bought").RequireBouncer("checkout");
app.MapHealthChecks("/healthz").BypassBouncer();

var internals = app.MapGroup("/internal").BypassBouncer();
internals.MapGet("/version", () => "1");
internals.MapGet("/users", () => "only for clients without a decision").RequireBouncer();

// Operators only, in an application with a login: RequireAuthorization.
app.MapGet("/decisions/{address}", (System.Net.IPAddress address, IDecisionStore store) => store.FindAll(address).Select(decision => decision.Scenario));
app.MapControllers();
app.Run();
