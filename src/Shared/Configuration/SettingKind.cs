namespace Bouncer.Configuration;

/// <summary>What a key of the configuration holds.</summary>
internal enum SettingKind
{
    /// <summary>A section with known keys.</summary>
    Section = 0,

    /// <summary>A section whose keys are names that the operator chooses.</summary>
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
