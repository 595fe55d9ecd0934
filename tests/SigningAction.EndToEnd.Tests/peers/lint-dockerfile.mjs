// Prints what is wrong with a Dockerfile, a line a fault; nothing when nothing is.
import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';

for (const fault of validate(readFileSync(process.argv[2], 'utf8'))) {
  console.log(`${fault.range.start.line + 1}: ${fault.message}`);
}
