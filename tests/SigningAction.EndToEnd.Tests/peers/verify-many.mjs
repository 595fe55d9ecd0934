// Verifies a list of cases as sigstore-js does, in one process: node verify-many.mjs LIST; prints a JSON array with a verdict a case, in order.
// A case: {bundle: text, artifact: file, root: file, identity, issuer, key: PEM text or null}.
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

function verify(one) {
  const bundle = bundleFromJSON(JSON.parse(one.bundle));
  const data = readFileSync(one.artifact);
  const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(one.root, 'utf8')));
  const keys = one.key ? () => ({ publicKey: createPublicKey(one.key), validFor: () => true }) : undefined;
  const attested = bundle.content.$case === 'dsseEnvelope';
  const escaped = one.identity?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  new Verifier(toTrustMaterial(root, keys), { tlogThreshold: 1, ctlogThreshold: one.key ? 0 : 1, timestampThreshold: 1 }).verify(
    toSignedEntity(bundle, attested ? undefined : data),
    one.key ? undefined : { subjectAlternativeName: `^${escaped}$`, extensions: { issuer: one.issuer } },
  );
  // sigstore-js leaves the subjects of a statement to its caller.
  const digest = createHash('sha256').update(data).digest('hex');
  if (attested && !JSON.parse(bundle.content.dsseEnvelope.payload.toString()).subject.some((s) => s.digest.sha256 === digest)) {
    throw new Error('the artifact is not a subject');
  }
}

const verdicts = JSON.parse(readFileSync(process.argv[2], 'utf8')).map((one) => {
  try {
    verify(one);
    return { verified: true, reason: '' };
  } catch (error) {
    return { verified: false, reason: `${error.code ?? error.name} ${error.message}` };
  }
});
console.log(JSON.stringify(verdicts));
