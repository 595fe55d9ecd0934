namespace SigningAction.Verifier.Commands;

/// <summary>What people copy from: examples of each command, as its help shows them.</summary>
internal static class HelpExamples
{
    private const string Verify = """
        Examples:
          Was this file built by a workflow of that repository?
            signing-verifier verify app.tar.gz --repo octo/app

          By exactly this workflow, from main, on a runner of GitHub's?
            signing-verifier verify app.tar.gz --repo octo/app --signer-workflow octo/app/.github/workflows/release.yml \
                --source-ref refs/heads/main --deny-self-hosted-runners --trusted-root trusted_root.json

          Everything in a folder, by a policy: several signers, required predicates, a maximum age
            signing-verifier verify dist/ --policy verification-policy.yml --trusted-root trusted_root.json

          An image, by its digest (64 hexadecimal digits), with the bundles that its registry has
            signing-verifier verify oci://ghcr.io/octo/app@sha256:$DIGEST --repo octo/app --bundle-from-oci

          Signed at your own authority, and no bundle at hand
            signing-verifier verify app.tar.gz --repo octo/app --trusted-root trusted_root.json --authority https://sign.example

          A bundle out of a pipe
            curl -sSf https://example.com/app.tar.gz.sigstore.json | signing-verifier verify app.tar.gz --bundle - --repo octo/app

          A digest instead of a file, a bundle by name, the answer for a script
            signing-verifier verify sha256:$DIGEST --bundle app.sigstore.json --owner octo \
                --trusted-root trusted_root.json --format json

        """;

    private const string VerifyRelease = """
        Examples:
          A folder with the files of a release and their bundles: all signed, nothing missing, nothing extra?
            signing-verifier verify-release dist/ --repo octo/app

          A release at GitHub, without downloading it
            signing-verifier verify-release octo/app@v1.2.0

          By a policy, with a summary for the next gate
            signing-verifier verify-release dist/ --policy verification-policy.yml --write-vsa vsa.json \
                --vsa-resource https://github.com/octo/app --vsa-verifier https://github.com/octo/gate/.github/workflows/gate.yml@refs/heads/main

        """;

    private const string Inspect = """
        Examples:
          What does this bundle say? Nothing of it is verified.
            signing-verifier inspect app.tar.gz.sigstore.json

          All of it, down to each extension of the certificate
            signing-verifier inspect app.tar.gz.sigstore.json --full

          One value of it
            signing-verifier inspect app.tar.gz.sigstore.json --format json | jq .unverified

        """;

    private const string Trust = """
        Examples:
          Whom does verify trust, and how old is that?
            signing-verifier trust show

          Fetch the newest trust of the public-good instance, once; verify uses it from then on
            signing-verifier trust update

          The same of GitHub's own instance, with its first root got by a way that you trust
            signing-verifier trust update --tuf-url https://tuf-repo.github.com --tuf-root root.json

        """;

    private const string Policy = """
        Examples:
          Is this a verification policy? Every error with its line.
            signing-verifier policy check verification-policy.yml

          The schema for your editor
            signing-verifier policy schema > verification-policy.schema.json

        """;

    private const string Exits = """
        Exit codes:
          0  verified: everything asked for is proven
          1  refused: no signature, bad evidence, or not the signer asked for
          2  usage: the command line asks for nothing that could be checked
          3  not checked: a file could not be read, or the program failed

        """;

    /// <summary>The examples of a command with its exit codes.</summary>
    /// <param name="commands">The names of the command and those above it.</param>
    public static string Of(IEnumerable<string> commands)
    {
        foreach (var command in commands)
        {
            switch (command)
            {
                case "verify-release":
                    return VerifyRelease + "\n" + Exits;
                case "inspect":
                    return Inspect;
                case "trust":
                    return Trust;
                case "policy":
                    return Policy;
                default:
                    continue;
            }
        }

        return Verify + "\n" + Exits;
    }
}
