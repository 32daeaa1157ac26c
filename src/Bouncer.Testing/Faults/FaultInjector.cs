namespace Bouncer.Testing.Faults;

/// <summary>Applies a planned fault to the real answer.</summary>
internal sealed class FaultInjector(TimeProvider time)
{
    public async Task AnswerAsync(HttpContext context, Fault fault, Func<Task> answer)
    {
        await Task.Delay(fault.Delay, time, context.RequestAborted);
        if (fault.Status is not null || fault.Body is not null)
        {
            await FailAsync(context, fault);
        }
        else if ((fault.CutAfter ?? fault.StallAfter) is { } bytes)
        {
            await SendPartAsync(context, answer, bytes, stall: fault.StallAfter is not null);
        }
        else
        {
            await answer();
        }
    }

    private static Task FailAsync(HttpContext context, Fault fault)
    {
        context.Response.StatusCode = fault.Status ?? StatusCodes.Status200OK;
        if (fault.Body is not null)
        {
            context.Response.ContentType = "application/json; charset=utf-8";
        }

        foreach (var (name, value) in fault.Headers)
        {
            context.Response.Headers[name] = value;
        }

        return fault.Body is null ? Task.CompletedTask : context.Response.WriteAsync(fault.Body, context.RequestAborted);
    }

    private static async Task SendPartAsync(HttpContext context, Func<Task> answer, int bytes, bool stall)
    {
        var wire = context.Response.Body;
        using var whole = new MemoryStream();
        context.Response.Body = whole;
        await answer();
        context.Response.Body = wire;
        await wire.WriteAsync(whole.GetBuffer().AsMemory(0, (int)Math.Min(bytes, whole.Length)), context.RequestAborted);
        await wire.FlushAsync(context.RequestAborted);
        if (stall)
        {
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        }

        context.Abort();
    }
}
