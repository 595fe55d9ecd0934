namespace SigningAction.Testing.Policy;

/// <summary>Rules of a verification policy under which <see cref="InMemorySigstore.Workflow"/> may sign. They end with a line feed, so that a test can write on.</summary>
public static class SampleRules
{
    /// <summary>One rule.</summary>
    public const string Release = """
        version: 1
        issuer: https://token.actions.githubusercontent.com
        allow:
          - name: release
            repository_id: 74
            event: push
            workflow: .github/workflows/release.yml
            ref: refs/heads/main

        """;

    /// <summary>Two, for another workflow of the same repository.</summary>
    public const string ReleaseAndReview = Release + """
          - name: review
            repository_id: 74
            event: push
            workflow: .github/workflows/review.yml
            ref: refs/heads/main

        """;
}
