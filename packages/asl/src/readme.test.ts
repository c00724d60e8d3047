import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';

const PACKAGE = join(import.meta.dirname, '..');

test('the example of the README runs, and prints what it says', () => {
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const folder = mkdtempSync(join(PACKAGE, '.readme-'));
  try {
    const file = join(folder, 'example.ts');
    writeFileSync(file, example);
    const outfile = join(folder, 'example.mjs');
    buildSync({ entryPoints: [file], outfile, bundle: true, platform: 'node', format: 'esm' });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const [first = '', second = ''] = stdout.split('\n');
    expect(readme).toContain(`\`${first}\``);
    expect(second).toMatch(/MISSING_TRANSITION_TARGET .*'Done'/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
