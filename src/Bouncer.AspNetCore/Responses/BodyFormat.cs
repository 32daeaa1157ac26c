namespace Bouncer.AspNetCore.Responses;

/// <summary>What a refusal's body is written in.</summary>
internal enum BodyFormat
{
    Problem = 0,
    Html,
    Text,
    Empty,
}
