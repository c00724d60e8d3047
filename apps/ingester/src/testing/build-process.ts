import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A program that tests run in processes of its own. */
export interface BuiltProcess {
  /** The file to give to Node. */
  readonly program: string;
  readonly remove: () => void;
}

/** Bundles a file of this folder, beside the packages, so that what is not bundled is found. */
export async function buildProcess(file: string): Promise<BuiltProcess> {
  const name = basename(file, '.ts');
  const folder = fileURLToPath(
    new URL(`../../../../node_modules/.cache/${name}-${process.pid}/`, import.meta.url),
  );
  mkdirSync(folder, { recursive: true });
  const program = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    plugins: [
      {
        name: 'dependencies-stay-outside',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@steptrail/') ? undefined : { path, external: true },
          );
        },
      },
    ],
  });
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
