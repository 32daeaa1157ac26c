using System.Net;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bouncer.AspNetCore.Tests.Hosting;

/// <summary><c>UseBouncer</c> with the providers that an application may give to its pipeline.</summary>
public sealed class ContainerTests : IAsyncLifetime
{
    private RunningEngine _engine = null!;

    public async ValueTask InitializeAsync() => _engine = await RunningEngine.StartAsync(lapi => lapi.Ban(TestSite.Banned));

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseBouncer_ContainerThatCannotTellWhatItHas_Enforces(bool hasLayer)
    {
        await using var services = Build(hasLayer);
        var pipeline = PipelineOf(new OtherContainer(services));

        Assert.Equal((403, 200), (await StatusAsync(pipeline, services, TestSite.Banned), await StatusAsync(pipeline, services, TestSite.Clean)));
    }

    [Fact]
    public async Task UseBouncer_ContainerThatCannotTellWhatItHas_SaysThatThereAreNoSettings()
    {
        await using var services = new ServiceCollection().BuildServiceProvider();

        var error = Assert.Throws<InvalidOperationException>(() => new ApplicationBuilder(new OtherContainer(services)).UseBouncer());

        Assert.Contains("The bouncer has no settings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseBouncer_ContainerThatMakesManyScopeFactories_RunsOneEngine()
    {
        await using var services = Build(hasLayer: false);
        using var scope = services.CreateScope();

        Assert.Same(BouncerServicesResolver.For(new OtherContainer(services)), BouncerServicesResolver.For(new OtherContainer(scope.ServiceProvider)));
    }

    /// <summary>As tenants of one host do.</summary>
    [Fact]
    public async Task UseBouncer_ApplicationsThatShareALifetime_HaveAnEngineEach()
    {
        await using var services = Build(hasLayer: false);
        await using var tenant = Build(hasLayer: false, services.GetRequiredService<IHostApplicationLifetime>());

        Assert.NotSame(BouncerServicesResolver.For(services), BouncerServicesResolver.For(tenant));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseBouncer_PipelineMadeInAScope_EnforcesAfterTheScopeEnded(bool hasLayer)
    {
        await using var services = Build(hasLayer);
        var app = new ApplicationBuilder(services);
        using (var scope = services.CreateScope())
        {
            app.ApplicationServices = scope.ServiceProvider;
            app.UseBouncer();
        }

        app.Run(static _ => Task.CompletedTask);
        var pipeline = app.Build();

        Assert.Equal((403, 200), (await StatusAsync(pipeline, services, TestSite.Banned), await StatusAsync(pipeline, services, TestSite.Clean)));
    }

    private ServiceProvider Build(bool hasLayer, IHostApplicationLifetime? lifetime = null)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<IBouncer>(new OwnEngine(_engine.Bouncer));
        services.AddSingleton(lifetime ?? new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));
        if (hasLayer)
        {
            services.AddBouncerHttp();
        }

        return services.BuildServiceProvider();
    }

    private static RequestDelegate PipelineOf(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseBouncer();
        app.Run(static _ => Task.CompletedTask);
        return app.Build();
    }

    private static async Task<int> StatusAsync(RequestDelegate pipeline, IServiceProvider services, string client)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Connection.RemoteIpAddress = IPAddress.Parse(client);
        await pipeline(context);
        return context.Response.StatusCode;
    }
}
