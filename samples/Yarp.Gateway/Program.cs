using Gateway;
using Gateway.Demo;
using Gateway.StartPage;
using Microsoft.Extensions.Options;

try
{
    // The program's own folder, so that its settings are found wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    await using var demo = await DemoParts.StartMissingAsync(builder.Configuration);

    builder.AddKeyRing();
    builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy")).AddBouncer();
    var access = new StartPageAccess(demo.IsWhole, builder.Configuration.GetValue("StartPage:Enabled", false));
    builder.Services.AddStartPage(access);

    await using var app = builder.Build();

    // Before the host starts: it would log what is wrong as a crash, with its stack.
    app.Services.GetRequiredService<IStartupValidator>().Validate();

    app.UseVisits();
    app.UseBouncer();
    app.UseStartPage(isHome: demo.HasUpstream);
    app.MapReverseProxy();

    await app.StartAsync();
    demo.PrintWhatToTry(app.Urls, access);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception error) when (StartError.Explain(error) is { } explanation)
{
    await Console.Error.WriteLineAsync(explanation);
    return 1;
}
