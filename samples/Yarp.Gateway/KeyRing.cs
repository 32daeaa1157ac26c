using Microsoft.AspNetCore.DataProtection;

namespace Gateway;

// The keys that clearances are made with. Without a folder they are the framework's: in the user's profile, for this program
// in this place alone. Gateways that share a folder accept each other's clearances.
internal static class KeyRing
{
    private const string Folder = "DataProtection:Keys";
    private const string ApplicationName = "Yarp.Gateway";

    public static void AddKeyRing(this WebApplicationBuilder builder)
    {
        if (builder.Configuration[Folder] is { Length: > 0 } folder)
        {
            builder.Services.AddDataProtection().SetApplicationName(ApplicationName).PersistKeysToFileSystem(Open(folder));
        }
    }

    // Made now, so that a folder that cannot be is told at the start and not to the first visitor.
    private static DirectoryInfo Open(string folder)
    {
        try
        {
            return Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{Folder} is '{folder}', which cannot be used as a folder: {error.Message}", error);
        }
    }
}
