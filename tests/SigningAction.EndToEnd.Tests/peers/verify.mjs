// Verifies FILE as sigstore-js does: node verify.mjs FILE BUNDLE TRUSTED-ROOT IDENTITY ISSUER [no-logs]; exit 0 or 1 with the reason.
// no-logs: the instance keeps none, as GitHub's own.
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, bundleFile, rootFile, identity, issuer, noLogs] = process.argv.slice(2);
try {
  const bundle = bundleFromJSON(JSON.parse(readFileSync(bundleFile, 'utf8')));
  const data = readFileSync(file);
  const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(readFileSync(rootFile, 'utf8'))));
  const attested = bundle.content.$case === 'dsseEnvelope';
  const escaped = identity.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const logs = noLogs === 'no-logs' ? 0 : 1;
  new Verifier(material, { tlogThreshold: logs, ctlogThreshold: logs, timestampThreshold: 1 }).verify(
    toSignedEntity(bundle, attested ? undefined : data),
    { subjectAlternativeName: `^${escaped}$`, extensions: { issuer } },
  );
  // sigstore-js leaves the subjects of a statement to its caller.
  const digest = createHash('sha256').update(data).digest('hex');
  if (attested && !JSON.parse(bundle.content.dsseEnvelope.payload.toString()).subject.some((s) => s.digest.sha256 === digest)) {
    throw new Error('the artifact is not a subject');
  }
  console.log('verified');
} catch (error) {
  console.log(`refused: ${error.code ?? ''} ${error.message}`);
  process.exit(1);
}
