import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { FileShape, keysAt } from './configuration-shape.ts';
import { nearestWord } from './nearest-word.ts';
import { UsageError } from './usage-error.ts';

/** What a configuration file says, checked. */
export type ConfigurationFile = z.infer<typeof FileShape> & {
  /** Where it lies. */
  readonly path: string;
};

const NAMES = ['steptrail.yaml', 'steptrail.yml', 'steptrail.json'];

/** The file that STEPTRAIL_CONFIG names, or the one of the usual names in the working folder; undefined: none. */
function findFile(named: string | undefined, folder: string): string | undefined {
  if (named !== undefined && named.trim() !== '') {
    const path = resolve(folder, named.trim());
    if (existsSync(path)) return path;
    throw new UsageError(`STEPTRAIL_CONFIG names ${path}, which does not exist: correct it, or unset it.`);
  }
  const found = NAMES.map((name) => join(folder, name)).filter((path) => existsSync(path));
  if (found.length > 1) {
    throw new UsageError(
      `There are ${found.join(' and ')}: keep one of them, or name it in STEPTRAIL_CONFIG.`,
    );
  }
  return found[0];
}

/**
 * Reads the configuration file, YAML or JSON, if there is one. See docs/configuration.md.
 * @throws UsageError that names every mistake with its line and column, and the nearest key where one is unknown
 */
export function readConfigurationFile(
  env: Readonly<Record<string, string | undefined>>,
  folder: string = process.cwd(),
): ConfigurationFile | undefined {
  const path = findFile(env.STEPTRAIL_CONFIG, folder);
  if (path === undefined) return undefined;
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new UsageError(`${path} cannot be read (${code}): make it readable, or unset STEPTRAIL_CONFIG.`);
  }
  return parseConfigurationFile(content, path);
}

/**
 * Reads the text of a configuration file.
 * @throws UsageError as readConfigurationFile does
 */
export function parseConfigurationFile(content: string, path: string): ConfigurationFile {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number | undefined) => {
    if (offset === undefined) return path;
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken !== undefined) {
    const what = broken.message.split('\n')[0]?.replace(/[.\s]+$/, '');
    throw new UsageError(`${place(broken.pos[0])}: this is no YAML or JSON (${what}): mend it there.`);
  }
  const result = FileShape.safeParse(contentOf(document, path) ?? {});
  if (result.success) return { ...result.data, path };
  const sentences = result.error.issues.flatMap((issue) =>
    describeIssue(issue).map(({ at, sentence }) => `${place(offsetOf(document, at))}: ${sentence}`),
  );
  throw new UsageError([...new Set(sentences)].join('\n'));
}

function contentOf(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch {
    throw new UsageError(`${path}: it has aliases (*name) that multiply without end: write them out.`);
  }
}

type Path = readonly PropertyKey[];

/** `accounts[0].regions`; of the whole file, `the file`. */
function nameOf(path: Path): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

const SECRETS = /secret|password|passwd|token|accesskey|credential|databaseurl|privatekey/;

function describeIssue(issue: z.core.$ZodIssue): readonly { readonly at: Path; readonly sentence: string }[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') {
    return [{ at: path, sentence: `${nameOf(path)} ${issue.message}.` }];
  }
  return issue.keys.map((key) => {
    const where = path.length === 0 ? '' : ` at ${nameOf(path)}`;
    return { at: [...path, key], sentence: `unknown key \`${key}\`${where}: ${adviceOn(key, path)}` };
  });
}

function adviceOn(key: string, path: Path): string {
  if (SECRETS.test(key.toLowerCase().replace(/[-_]/g, ''))) {
    return 'secrets do not belong in this file; give them in the environment.';
  }
  const valid = keysAt(path);
  const nearest = nearestWord(key, valid);
  return nearest === undefined ? `valid are ${valid.join(', ')}.` : `did you mean \`${nearest}\`?`;
}

/** Where in the text a path lies: its key where it is one of a mapping, so that the eye falls on the name. */
function offsetOf(document: Document, path: Path): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const last = path[length - 1];
    const parent = document.getIn(path.slice(0, Math.max(0, length - 1)), true);
    if (typeof last === 'string' && isMap(parent)) {
      const pair = parent.items.find(({ key }) => isNode(key) && key.toJSON() === last);
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
