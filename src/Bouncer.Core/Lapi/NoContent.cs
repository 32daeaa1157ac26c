using System.Reflection;
using Refit;

namespace Bouncer.Lapi;

/// <summary>The content serializer of calls that send no body and whose answers Refit does not read.</summary>
internal sealed class NoContent : IHttpContentSerializer
{
    internal static readonly NoContent Instance = new();

    public HttpContent ToHttpContent<T>(T item) => throw new NotSupportedException();

    public Task<T?> FromHttpContentAsync<T>(HttpContent content, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public string? GetFieldNameForProperty(PropertyInfo propertyInfo) => null;
}
