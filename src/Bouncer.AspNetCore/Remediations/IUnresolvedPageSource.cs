using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Remediations;

/// <summary>Where the refusal of clients without an address finds the page in force.</summary>
internal interface IUnresolvedPageSource
{
    RefusalPage Current { get; }
}
