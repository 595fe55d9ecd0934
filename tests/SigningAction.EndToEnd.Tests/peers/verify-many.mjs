// Verifies a list of cases as sigstore-js does, in one process: node verify-many.mjs LIST; prints a JSON array with a verdict a case, in order.
// LIST has a JSON object a line: {bundle: text, artifact: file, digest: hex or null, root: file, identity: expression, issuer, key: file or null,
// extensions: {OID: text}, logs, promises}; the last two are how many logs and certificate logs must vouch.
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';
import { createHash, createPublicKey } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const kept = new Map();
function once(name, make) {
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name);
}

// DER of a UTF8String, which is the form of Fulcio's newer extensions.
function utf8(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(bytes.length < 128 ? [0x0c, bytes.length] : [0x0c, 0x81, bytes.length]), bytes]);
}

function verify(one) {
  const bundle = bundleFromJSON(JSON.parse(one.bundle));
  const data = one.artifact ? once(one.artifact, () => readFileSync(one.artifact)) : undefined;
  const keys = one.key ? () => ({ publicKey: once(one.key, () => createPublicKey(readFileSync(one.key))), validFor: () => true }) : undefined;
  const trust = once(`${one.root} ${one.key}`, () => toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(readFileSync(one.root, 'utf8'))), keys));
  const attested = bundle.content.$case === 'dsseEnvelope';
  const oids = Object.entries(one.extensions).map(([oid, value]) => ({ oid: { id: oid.split('.').map(Number) }, value: utf8(value) }));
  new Verifier(trust, { tlogThreshold: one.logs, ctlogThreshold: one.promises, timestampThreshold: 1 }).verify(
    toSignedEntity(bundle, attested ? undefined : data),
    one.key ? undefined : { subjectAlternativeName: one.identity, extensions: { issuer: one.issuer }, oids },
  );
  // sigstore-js leaves the subjects of a statement to its caller.
  const digest = one.digest ?? createHash('sha256').update(data).digest('hex');
  if (attested && !JSON.parse(bundle.content.dsseEnvelope.payload.toString()).subject.some((s) => s.digest.sha256 === digest)) {
    throw new Error('the artifact is not a subject');
  }
}

const verdicts = [];
for await (const line of createInterface({ input: createReadStream(process.argv[2]), crlfDelay: Infinity })) {
  try {
    verify(JSON.parse(line));
    verdicts.push({ verified: true, reason: '' });
  } catch (error) {
    verdicts.push({ verified: false, reason: `${error.code ?? error.name} ${error.message}`.slice(0, 300) });
  }
}
console.log(JSON.stringify(verdicts));
