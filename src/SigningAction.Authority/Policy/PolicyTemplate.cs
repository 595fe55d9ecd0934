namespace SigningAction.Authority.Policy;

/// <summary>The policy that <c>init</c> writes: it refuses everything, and shows in comments how to allow something.</summary>
public static class PolicyTemplate
{
    /// <summary>The file's text, UTF-8, with a final line feed. It loads as it is.</summary>
    public const string Text = """
        # yaml-language-server: $schema=./signing-policy.schema.json
        #
        # Which pipelines may sign. What no rule allows is refused; a deny rule wins over every allow rule.
        # A change comes into force within seconds, without a restart. A file with an error changes nothing: see /readyz.
        # Check it before: signing-authority policy check signing-policy.yml
        version: 1

        # The issuer of every rule below that names none. An id means something only beside its issuer.
        issuer: https://token.actions.githubusercontent.com

        # Nobody may sign yet. Replace this line by the rules that you need.
        allow: none

        # allow:
        #   # A release workflow of one repository, on its main branch and version tags.
        #   # The ids: gh api repos/octo/app --jq '.id, .owner.id'
        #   - name: releases of octo/app
        #     repository_id: 1234
        #     owner_id: 99
        #     repository: octo/app                        # may be left out: the ids decide
        #     event: [push, workflow_dispatch]            # each event by name
        #     workflow: .github/workflows/release.yml
        #     ref: [refs/heads/main, { pattern: 'refs/tags/v[0-9]+(\.[0-9]+)*' }]
        #     environment: production
        #     runner: github-hosted
        #
        #   # Every repository of an organisation, as long as the organisation's own build workflow runs the job.
        #   - name: trusted build of octo
        #     owner_id: 99
        #     owner: octo
        #     event: push
        #     reusable_workflow: octo/ci/.github/workflows/build.yml@refs/heads/main
        #     ref: refs/heads/main
        #
        # deny:
        #   - name: nothing from our own machines
        #     runner: self-hosted

        """;
}
