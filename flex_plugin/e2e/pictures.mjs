// Copies the pictures of the last run into the docs: `npm run e2e && npm run pictures`.

import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FROM = fileURLToPath(new URL('../test-output/', import.meta.url));
const TO = fileURLToPath(new URL('../../docs/images/', import.meta.url));

mkdirSync(TO, { recursive: true });
for (const picture of readdirSync(FROM).filter((name) => name.startsWith('flex-'))) {
  copyFileSync(FROM + picture, TO + picture);
}
