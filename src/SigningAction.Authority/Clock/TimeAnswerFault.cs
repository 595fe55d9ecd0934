namespace SigningAction.Authority.Clock;

/// <summary>What is wrong with a datagram.</summary>
public enum TimeAnswerFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It is no answer to our question: another length, mode, version or originate time. Anybody can send these, so they prove nothing and are passed over.</summary>
    NotOurs,

    /// <summary>The source asks to be left alone (kiss of death: stratum 0 with a code; RFC 5905, section 7.4).</summary>
    KissOfDeath,

    /// <summary>The source says that it does not know the time: leap indicator 3, no stratum from 1 to 15, or an own error of a second and more.</summary>
    Unsynchronised,

    /// <summary>Its times contradict themselves: none, or sent before received.</summary>
    Contradictory,
}
