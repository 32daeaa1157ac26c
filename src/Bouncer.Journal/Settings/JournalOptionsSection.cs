using Bouncer.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bouncer.Journal.Settings;

/// <summary>Binds the options to section <c>Journal</c> of the bouncer's section.</summary>
internal static class JournalOptionsSection
{
    internal static void Bind(CleanSection section, JournalOptions options) => section.Values.Bind(options);
}
