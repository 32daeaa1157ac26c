using System.Text;
using Microsoft.Extensions.Configuration;

namespace Bouncer.Tests.Settings;

/// <summary>What has another shape than its setting is said, not ignored.</summary>
public sealed class SectionReaderTests
{
    private const string NoText = "List:0 is a section or a list: write a text.";
    private const string Both = "List is written as a text and as a list: write it as a list everywhere.";

    [Theory]
    [InlineData("""{"List":[{"Address":"127.0.0.1"}]}""", NoText)]
    [InlineData("""{"List":[["127.0.0.1"]]}""", NoText)]
    [InlineData("""{"Number":{"a":1}}""", "Number is a section or a list: write a whole number.")]
    [InlineData("""{"Text":{"x":"CF"}}""", "Text is a section or a list: write a text.")]
    [InlineData("""{"Flag":["true"]}""", "Flag is a section or a list: write true or false.")]
    [InlineData("""{"Fraction":[0.5]}""", "Fraction is a section or a list: write a number.")]
    [InlineData("""{"Fraction":"half"}""", "Fraction is not a number.")]
    public void Read_AnotherShape_IsAnError(string json, string error)
    {
        var (read, errors) = Read(json);
        Assert.Equal([error], errors);
        Assert.Empty(read);
    }

    [Theory]
    [InlineData("""{"List":"0.0.0.0/0"}""", """{"List":["127.0.0.1"]}""")]
    [InlineData("""{"List":["127.0.0.1"]}""", """{"List":"0.0.0.0/0"}""")]
    public void List_AsATextAndAsAnArray_IsAnError(string first, string second)
    {
        var (read, errors) = Read(first, second);
        Assert.Equal([Both], errors);
        Assert.Empty(read);
    }

    [Theory]
    [InlineData("""{"List":{},"Number":{},"Text":{},"Flag":{}}""", "")]
    [InlineData("""{"List":null,"Number":null,"Text":null,"Flag":null}""", "")]
    [InlineData("""{"List":[],"Number":[],"Text":[],"Flag":[]}""", "list:")]
    [InlineData("""{"List":" ","Number":"","Text":" ","Flag":""}""", "list:")]
    [InlineData("""{"List":["a"," b ",""],"Number":1,"Text":"x","Flag":true,"Fraction":0.5}""", "list:a|b number:1 text:x flag:True fraction:0.5")]
    [InlineData("""{"List":"a, b,"}""", "list:a|b")]
    public void EmptyAndRightShapes_AreRead(string json, string expected)
    {
        var (read, errors) = Read(json);
        Assert.Empty(errors);
        Assert.Equal(expected, string.Join(' ', read));
    }

    /// <summary>An empty array is an empty text to the configuration.</summary>
    [Theory]
    [InlineData("""{"List":[]}""", """{"List":["a"]}""")]
    [InlineData("""{"List":["a"]}""", """{"List":[]}""")]
    [InlineData("""{"List":" "}""", """{"List":["a"]}""")]
    [InlineData("""{"List":null}""", """{"List":["a"]}""")]
    public void List_EmptyInOneFile_HasTheItemsOfTheOther(string first, string second)
    {
        var (read, errors) = Read(first, second);
        Assert.Empty(errors);
        Assert.Equal(["list:a"], read);
    }

    [Theory]
    [InlineData("""{"Inner":"text"}""", "Inner is a value, not a section.")]
    [InlineData("""{"Inner":5}""", "Inner is a value, not a section.")]
    [InlineData("""{"Inner":["x"]}""", "Inner is a list, not a section.")]
    [InlineData("""{"Inner":[{"Text":"x"}]}""", "Inner is a list, not a section.")]
    [InlineData("""{"Inner":[]}""", null)]
    [InlineData("""{"Inner":{}}""", null)]
    [InlineData("""{"Inner":{"Text":"x"}}""", null)]
    [InlineData("{}", null)]
    public void Section_ValueOrListInItsPlace_IsAnError(string json, string? error)
    {
        List<string> errors = [];
        _ = new SectionReader(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build(), errors).Section("Inner");
        Assert.Equal(error is null ? [] : [error], errors);
    }

    [Theory]
    [InlineData("Live", BouncerMode.Live)]
    [InlineData("live", BouncerMode.Live)]
    [InlineData("1", null)]
    [InlineData("+1", null)]
    [InlineData("Stream,Live", null)]
    [InlineData("Live,Live", null)]
    public void Choice_AnythingButAName_IsAnError(string text, BouncerMode? expected)
    {
        List<string> errors = [];
        BouncerMode? read = null;
        var section = new ConfigurationBuilder().AddInMemoryCollection([new("Mode", text)]).Build();
        new SectionReader(section, errors).Choice<BouncerMode>("Mode", mode => read = mode);
        Assert.Equal(expected, read);
        Assert.Equal(expected is null ? ["Mode is not one of Stream, Live."] : [], errors);
    }

    private static (List<string> Read, List<string> Errors) Read(params string[] files)
    {
        var builder = new ConfigurationBuilder();
        foreach (var file in files)
        {
            builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(file)));
        }

        List<string> read = [], errors = [];
        var reader = new SectionReader(builder.Build(), errors);
        reader.List("List", list => read.Add("list:" + string.Join('|', list)));
        reader.Number("Number", number => read.Add(FormattableString.Invariant($"number:{number}")));
        reader.Text("Text", text => read.Add("text:" + text));
        reader.Flag("Flag", flag => read.Add("flag:" + flag));
        reader.Fraction("Fraction", fraction => read.Add(FormattableString.Invariant($"fraction:{fraction}")));
        return (read, errors);
    }
}
