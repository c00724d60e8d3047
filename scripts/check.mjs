// `npm run check`: types, lint, generated files in step, then every test. Goes on after a failure, to show them all.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './set-up.mjs';

await setUp();
const node = (...args) => [process.execPath, args];
const bin = (name) => join(root, 'node_modules', '.bin', name);
const steps = {
  'types of packages and apps': [bin('tsc'), ['-p', 'tsconfig.json']],
  'types of the dashboard': [bin('tsc'), ['-p', 'apps/dashboard']],
  'lint and format': [bin('biome'), ['check', '.']],
  'the synchronous JSONata': node('scripts/derive-jsonata.mjs', '--check'),
  'the database client': node('scripts/derive-postgres.mjs', '--check'),
  'docs/rules.md': node('scripts/generate-rules-doc.mjs', '--check'),
  'docs/problems.md': node('scripts/generate-problems-doc.mjs', '--check'),
  'docs/openapi.json': node('scripts/generate-api-doc.mjs', '--check'),
  'docs/conformance.md': node('scripts/generate-conformance-doc.mjs', '--check'),
  tests: node('scripts/test.mjs'),
};
const failed = [];
for (const [name, [command, args]] of Object.entries(steps)) {
  console.error(`\n— ${name}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}.`);
process.exit(failed.length > 0 ? 1 : 0);
