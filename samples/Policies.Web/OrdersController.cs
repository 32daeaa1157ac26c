using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Mvc;

namespace Policies.Web;

[ApiController]
[Bouncer("api")]
[Route("api/orders")]
public sealed class OrdersController : ControllerBase
{
    [HttpGet]
    public IEnumerable<string> List() => ["one", "two"];

    [BypassBouncer]
    [HttpGet("ping")]
    public string Ping() => "pong";
}
