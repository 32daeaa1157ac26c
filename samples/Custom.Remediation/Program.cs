using Bouncer;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddBouncer()
    .AddRemediation<RulesChallenge>(RulesChallenge.Remediation, severity: 150)
    .AddEndpoint<RulesEndpoint>();

var app = builder.Build();
app.UseBouncer();
app.MapGet("/", (HttpContext context) => $"hello, {context.GetBouncerVerdict().Remediation}");
app.Run();
