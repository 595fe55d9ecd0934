using System.Security.Cryptography;
using System.Text;
using SigningAction.Agent.Publishing.Registries;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Commands;

/// <summary>All that a run will sign and where it goes, known before a token is asked for.</summary>
internal sealed record SigningPlan
{
    /// <summary>The statements of the attestation.</summary>
    public IReadOnlyList<PlannedStatement> Statements { get; init; } = [];

    /// <summary>Where their bundles go, all to each.</summary>
    public IReadOnlyList<string> AttestationPlaces { get; init; } = [];

    /// <summary>Images that the attestation is attached to; each takes the bundles that are about it.</summary>
    public IReadOnlyList<ImageReference> Images { get; init; } = [];

    /// <summary>Files that get a signature each.</summary>
    public IReadOnlyList<SigningSubject> Signatures { get; init; } = [];

    /// <summary>Where the bundle of each goes.</summary>
    public IReadOnlyList<string> SignaturePlaces { get; init; } = [];

    /// <summary>
    /// Twelve hexadecimal digits that stand for what is signed, by which authority: a run that is done again has the same, and another step of the job has
    /// others.
    /// </summary>
    public string Fingerprint(string? authority)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append($"authority {authority}");
        foreach (var statement in Statements)
        {
            Append($"statement {statement.Predicate?.Type} {Convert.ToHexStringLower(SHA256.HashData((statement.Predicate?.Json ?? statement.Bytes).Span))}");
            AppendAll(statement.Subjects);
        }

        Append("signatures");
        AppendAll(Signatures);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];

        void AppendAll(IReadOnlyList<SigningSubject> subjects)
        {
            foreach (var subject in subjects)
            {
                Append($"{subject.Digest} {subject.Name}");
            }
        }

        void Append(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
    }
}
