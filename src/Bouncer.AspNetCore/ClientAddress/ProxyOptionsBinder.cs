using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Fills the options from section <c>Proxies</c>.</summary>
internal sealed class ProxyOptionsBinder(IConfiguration root) : IConfigureOptions<ProxyOptions>
{
    public void Configure(ProxyOptions options)
    {
        var reader = new SectionReader(root.GetSection("Proxies"), options.Malformed);
        reader.List("Networks", value => options.Networks = value);
        reader.Number("MaxHops", value => options.MaxHops = value);
        reader.Text("Header", value => options.Header = value);
        reader.Flag("ForwardHost", value => options.ForwardHost = value);
        reader.List("ProxyProtocol", value => options.ProxyProtocol = value);
    }
}
