using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Bouncer.HouseTests.Settings;

/// <summary>The XML docs of the packages, as plain text.</summary>
internal static partial class XmlDocs
{
    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> Read = [];

    internal static string Of(Type type) => Find(type.Assembly, "T:" + type.FullName);

    internal static string Of(PropertyInfo property) => Find(property.DeclaringType!.Assembly, $"P:{property.DeclaringType.FullName}.{property.Name}");

    private static string Find(Assembly assembly, string member)
    {
        if (!Read.TryGetValue(assembly, out var members))
        {
            Read[assembly] = members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member").ToDictionary(found => found.Attribute("name")!.Value);
        }

        return string.Join(' ', new[] { "summary", "value" }.SelectMany(part => members[member].Elements(part)).Select(Plain));
    }

    private static string Plain(XElement part) => Blanks().Replace(string.Concat(part.Nodes().Select(Plain)), " ").Trim();

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => (see.Attribute("cref") ?? see.Attribute("langword"))!.Value.Split('.', ':')[^1],
        XElement { Name.LocalName: "c" } code => $"'{code.Value}'",
        XElement other => string.Concat(other.Nodes().Select(Plain)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
