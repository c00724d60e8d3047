// `npm run bench`: every benchmark, one JSON line each, against a floor that is measured in the same run.
import { join } from 'node:path';
import { root, setUp } from './set-up.mjs';

await setUp({ build: false });
const { bundleForNode } = await import('./build.mjs');
const bench = join(root, 'dist', 'bench.mjs');
await bundleForNode(join(root, 'test', 'bench', 'main.ts'), bench);
await import(bench);
