// Attests the files of FOLDER at an authority in one process, as a step of actions/attest does: node main.mjs actions-attest|sigstore-sign MODULES one|each URL FOLDER OUT
//   actions-attest  the signing of @actions/attest itself: certificate and timestamp. Its log is one of version 1, which the authority is not, so it makes no entry.
//   sigstore-sign   the newer release of the library that it is made of, with an entry in the authority's log too.
// MODULES is a folder in whose node_modules the library is. "one" is one statement about all files, "each" one after the other a statement about each.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [library, modules, kind, url, folder, out] = process.argv.slice(2);
const type = 'application/vnd.in-toto+json';
const sign = await (library === 'actions-attest' ? actionsAttest() : sigstoreSign());

async function actionsAttest() {
  // Not what the package exports, which takes its addresses from the name of a GitHub host: one step below it.
  const { signPayload } = await import(pathToFileURL(resolve(modules, 'node_modules/@actions/attest/lib/sign.js')));
  return (body) => signPayload({ body, type }, { fulcioURL: url, tsaServerURL: url });
}

async function sigstoreSign() {
  const { CIContextProvider, DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness } = createRequire(resolve(modules, 'main.cjs'))('@sigstore/sign');
  return (data) =>
    new DSSEBundleBuilder({
      signer: new FulcioSigner({ fulcioBaseURL: url, identityProvider: new CIContextProvider('sigstore') }),
      witnesses: [new RekorWitness({ rekorBaseURL: url, majorApiVersion: 2 }), new TSAWitness({ tsaBaseURL: url })],
    }).create({ data, type });
}

function statement(files) {
  return Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: files.map((file) => ({ name: basename(file), digest: { sha256: createHash('sha256').update(readFileSync(file)).digest('hex') } })),
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: { buildDefinition: { buildType: 'https://example.com/build', externalParameters: {} }, runDetails: { builder: { id: 'https://example.com/builder' } } },
    }),
  );
}

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.bin'))
  .map((name) => join(folder, name));
for (const some of kind === 'one' ? [files] : files.map((file) => [file])) {
  writeFileSync(join(out, `${basename(some[0])}.json`), JSON.stringify(await sign(statement(some))));
}
