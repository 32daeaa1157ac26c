namespace Bouncer.AspNetCore.Responses;

/// <summary>The format of a refusal's body.</summary>
internal enum BodyFormat
{
    Problem = 0,
    Html,
    Text,
    Empty,
}
