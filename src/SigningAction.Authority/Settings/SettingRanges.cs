using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace SigningAction.Authority.Settings;

/// <summary>The ranges of settings, which stand on the options themselves: what is checked at start is what the reference says.</summary>
public static class SettingRanges
{
    /// <summary>One sentence for each setting that is out of its <see cref="RangeAttribute"/>; a setting that is null is left to its default.</summary>
    /// <param name="options">The options.</param>
    /// <param name="name">How a property is called in a message.</param>
    public static IEnumerable<string> Faults(object options, Func<string, string> name) =>
        from property in options.GetType().GetProperties()
        let range = property.GetCustomAttribute<RangeAttribute>()
        where range is not null && !range.IsValid(property.GetValue(options))
        select $"{name(property.Name)} must be from {range.Minimum} to {range.Maximum}.";

    /// <summary>The name of a property in <c>authority.json</c>.</summary>
    public static string JsonName(string property) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property);
}
