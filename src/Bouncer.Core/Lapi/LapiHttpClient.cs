namespace Bouncer.Lapi;
internal static class LapiHttpClient { internal const string Name = "Bouncer.Lapi"; internal static Microsoft.Extensions.DependencyInjection.IHttpClientBuilder ConfigureLapi(this Microsoft.Extensions.DependencyInjection.IHttpClientBuilder b) => b; }
internal static class StreamQuery { internal static bool IsDeduplicated(SyncOptions o) => throw new NotImplementedException(); }
internal sealed class LapiClient : ILapiClient { 
 public Task<StreamAnswer> PullAsync(bool startup, CancellationToken cancellationToken)=> throw new NotImplementedException();
 public Task<IReadOnlyList<Decision>> QueryAsync(System.Net.IPAddress address, CancellationToken cancellationToken)=> throw new NotImplementedException();
 public Task CheckHealthAsync(CancellationToken cancellationToken)=> throw new NotImplementedException();
}
