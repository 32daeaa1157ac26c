namespace Bouncer.Configuration;

/// <summary>The kind of content of a configuration key.</summary>
internal enum SettingKind
{
    /// <summary>A section with known keys.</summary>
    Section = 0,

    /// <summary>A section whose keys are names chosen by the operator.</summary>
    Named,

    /// <summary>A list of sections.</summary>
    Sections,

    /// <summary>A list of texts.</summary>
    List,

    Text,
    Boolean,
    Integer,
    Number,
    Time,
    Url,
    Choice,
}
