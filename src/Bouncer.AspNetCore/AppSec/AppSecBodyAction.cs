using System.Text.Json.Serialization;

namespace Bouncer.AspNetCore;

/// <summary>How a request is treated whose body cannot be inspected as a whole.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AppSecBodyAction>))]
public enum AppSecBodyAction
{
    /// <summary>The request is refused.</summary>
    Block = 0,

    /// <summary>The first part of the body is inspected, with the headers.</summary>
    Partial,

    /// <summary>Only the headers are inspected.</summary>
    HeadersOnly,

    /// <summary>The request passes without an inspection.</summary>
    Allow,
}
