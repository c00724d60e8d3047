// What the scripts that write generated files share: our TypeScript as modules, and --check.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from './build.mjs';
import { root } from './set-up.mjs';

let imported = 0;

/** Imports one of our TypeScript modules: Node 20 does not run TypeScript, so it is bundled and imported from dist/. */
export async function importTypeScript(entry) {
  const outfile = join(root, 'dist', `generate.${process.pid}.${imported++}.mjs`);
  await mkdir(join(root, 'dist'), { recursive: true });
  try {
    await bundleForNode(join(root, entry), outfile);
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile, { force: true });
    await rm(`${outfile}.map`, { force: true });
  }
}

/** Writes the file; with --check it writes nothing, and the process exits with 1 when the file is out of step. */
export async function writeGenerated(target, text) {
  const script = relative(root, process.argv[1]);
  if (!process.argv.includes('--check')) return writeFile(join(root, target), text);
  const present = await readFile(join(root, target), 'utf8').catch(() => '');
  if (present === text) return;
  console.error(`${target} is out of step with its sources: run node ${script}.`);
  process.exitCode = 1;
}
