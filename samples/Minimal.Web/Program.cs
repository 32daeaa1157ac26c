var app = WebApplication.CreateBuilder(args).Build();
app.UseBouncer();
app.MapGet("/", () => "hello");
app.Run();
