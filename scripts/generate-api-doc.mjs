// Writes docs/openapi.json from the API's own routes. With --check it writes nothing and exits 1 when the file is out
// of step.
import { readFile } from 'node:fs/promises';
import { importTypeScript, writeGenerated } from './generated-file.mjs';

const { version } = JSON.parse(await readFile(new URL('../apps/cli/package.json', import.meta.url), 'utf8'));
const { openApiDocument } = await importTypeScript('apps/api/src/openapi.ts');
await writeGenerated('docs/openapi.json', `${JSON.stringify(openApiDocument(version), null, 2)}\n`);
