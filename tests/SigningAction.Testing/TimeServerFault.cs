namespace SigningAction.Testing;

/// <summary>How a <see cref="TimeServer"/> misbehaves.</summary>
public enum TimeServerFault
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary>No answer.</summary>
    Silent,

    /// <summary>The originate time is not the question's.</summary>
    OtherOriginate,

    /// <summary>The originate time is zero.</summary>
    NoOriginate,

    /// <summary>The question itself comes back.</summary>
    Echo,

    /// <summary>Mode 5, a broadcast.</summary>
    Broadcast,

    /// <summary>Version 2.</summary>
    OldVersion,

    /// <summary>47 bytes.</summary>
    CutShort,

    /// <summary>68 bytes.</summary>
    TooLong,

    /// <summary>Nothing in it.</summary>
    Empty,

    /// <summary>Stratum 0 and RATE.</summary>
    KissOfDeath,

    /// <summary>Leap indicator 3.</summary>
    Alarm,

    /// <summary>Stratum 16.</summary>
    NoStratum,

    /// <summary>A root dispersion of two seconds.</summary>
    Imprecise,

    /// <summary>A root delay of four seconds.</summary>
    Distant,

    /// <summary>The transmit time is zero.</summary>
    NoTransmit,

    /// <summary>The receive time is zero.</summary>
    NoReceive,

    /// <summary>It answered before it was asked.</summary>
    Backwards,

    /// <summary>It says that it thought for a minute, in an exchange that took no time.</summary>
    Held,

    /// <summary>Eight forged answers, and then the true one.</summary>
    ForgedFirst,

    /// <summary>Nothing but forged answers, without end.</summary>
    Flood,
}
