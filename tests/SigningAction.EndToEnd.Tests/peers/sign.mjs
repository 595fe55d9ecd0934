// Signs FILE at an instance, as sigstore-js does: node sign.mjs blob|attest FILE INSTANCE-URL TOKEN-FILE BUNDLE-OUT
import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder, FulcioSigner, MessageSignatureBundleBuilder, RekorWitness, TSAWitness } from '@sigstore/sign';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const [kind, file, url, tokenFile, out] = process.argv.slice(2);
const token = readFileSync(tokenFile, 'utf8').trim();
const options = {
  signer: new FulcioSigner({ fulcioBaseURL: url, identityProvider: { getToken: async () => token } }),
  witnesses: [new RekorWitness({ rekorBaseURL: url, majorApiVersion: 2 }), new TSAWitness({ tsaBaseURL: url })],
};
const data = readFileSync(file);
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: basename(file), digest: { sha256: createHash('sha256').update(data).digest('hex') } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: { buildDefinition: { buildType: 'https://example.com/build', externalParameters: {} }, runDetails: { builder: { id: 'https://example.com/builder' } } },
};
const bundle =
  kind === 'blob'
    ? await new MessageSignatureBundleBuilder(options).create({ data })
    : await new DSSEBundleBuilder(options).create({ data: Buffer.from(JSON.stringify(statement)), type: 'application/vnd.in-toto+json' });
writeFileSync(out, JSON.stringify(bundleToJSON(bundle)));
