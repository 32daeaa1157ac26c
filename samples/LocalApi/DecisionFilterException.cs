namespace LocalApi;

// A filter that LAPI answers with 500, where its own description promises 400.
internal sealed class DecisionFilterException(string message) : Exception(message);
