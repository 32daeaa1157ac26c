using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Bouncer.HouseTests.PublicApi;

/// <summary>Writes what a package promises to its users, one line per member, in a fixed order.</summary>
internal static class PublicApiText
{
    private static readonly SymbolDisplayFormat Format = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeContainingType | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeConstantValue
            | SymbolDisplayMemberOptions.IncludeExplicitInterface | SymbolDisplayMemberOptions.IncludeRef,
        SymbolDisplayDelegateStyle.NameAndSignature,
        SymbolDisplayExtensionMethodStyle.StaticMethod,
        SymbolDisplayParameterOptions.IncludeExtensionThis | SymbolDisplayParameterOptions.IncludeModifiers | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeDefaultValue,
        SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        SymbolDisplayLocalOptions.None,
        SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeMemberKeyword,
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    internal static string Of(string project)
    {
        var reference = Assemblies.Reference(project);
        var compilation = CSharpCompilation.Create("api", references: Assemblies.References);
        var assembly = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!;
        var lines = Types(assembly.GlobalNamespace).Where(IsVisible).OrderBy(Name, StringComparer.Ordinal).SelectMany(Lines);
        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) => container.GetMembers().SelectMany(member => member switch
    {
        INamespaceSymbol inner => Types(inner),
        INamedTypeSymbol type => Types(type).Prepend(type),
        _ => [],
    });

    private static IEnumerable<string> Lines(INamedTypeSymbol type)
    {
        string[] parent = type.BaseType is { SpecialType: SpecialType.None } one ? [Name(one)] : [];
        var bases = string.Join(", ", parent.Concat(type.Interfaces.Where(IsVisible).Select(Name).Order(StringComparer.Ordinal)));
        var members = type.GetMembers()
            .Where(member => member is not INamedTypeSymbol && IsVisible(member) && !IsMadeByCompiler(member))
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => "  " + member.ToDisplayString(Format))
            .OrderBy(line => line.Contains('(', StringComparison.Ordinal));
        return members.Prepend($"{Modifier(type)}{type.ToDisplayString(Format)}{(bases.Length > 0 ? " : " + bases : "")}");
    }

    private static string Modifier(INamedTypeSymbol type) =>
        type.TypeKind != TypeKind.Class ? "" : type.IsStatic ? "static " : type.IsSealed ? "sealed " : type.IsAbstract ? "abstract " : "";

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        && (symbol.ContainingType is not { } outer || IsVisible(outer))
        && !(symbol.DeclaredAccessibility != Accessibility.Public && symbol.ContainingType?.IsSealed == true);

    /// <summary>Accessors, and what a record brings along.</summary>
    private static bool IsMadeByCompiler(ISymbol member) =>
        member is IMethodSymbol { AssociatedSymbol: not null }
        || member.IsImplicitlyDeclared
        || member is IFieldSymbol { Name: "value__" }
        || member is not IPropertySymbol && member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute");

    private static string Name(INamedTypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);
}
