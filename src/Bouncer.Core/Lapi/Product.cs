using System.Reflection;

namespace Bouncer.Lapi;

/// <summary>The name and version of this bouncer, as LAPI knows it.</summary>
internal static class Product
{
    internal const string Type = "bouncers-dotnet";

    // LAPI reads the text before the only slash as the type and the rest as the version, which has no hash.
    internal static readonly string Version =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    internal static readonly string UserAgent = $"{Type}/{Version}";
}
