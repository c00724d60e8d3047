import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileChoiceRule, type Json, type JsonObject, unknown, unknownDraws } from './index.ts';
import { parseCall } from './intrinsic-syntax.ts';
import { isArray, isObject } from './json.ts';
import { parsePath } from './path-syntax.ts';

const corpus =
  process.env.STEPTRAIL_CORPUS ?? fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));
const folder = `${corpus}/definitions`;
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'index.json')
  : [];

/** Definitions that hold faulty texts on purpose, or by a generator's mistake; nobody has recorded their verdict. */
const faulty = new Set([
  'asl-153610340991.json',
  'asl-1d5419e6c599.json',
  'asl-abf25b5bf81d.json',
  'asl-be3e45d0d817.json',
]);

interface Found {
  readonly paths: Map<string, string>;
  readonly calls: Map<string, string>;
  readonly rules: JsonObject[];
}

const isPathField = (key: string): boolean => /^(?:InputPath|OutputPath|ItemsPath|Variable)$|Path$/.test(key);

const collect = (json: Json | undefined, file: string, found: Found): void => {
  if (isArray(json)) for (const item of json) collect(item, file, found);
  if (!isObject(json)) return;
  for (const [key, value] of Object.entries(json)) {
    if (typeof value === 'string' && value !== '' && (key.endsWith('.$') || isPathField(key))) {
      if (/^\s*States\./.test(value)) found.calls.set(value, file);
      else if (key.endsWith('.$') || value.startsWith('$')) found.paths.set(value, file);
    }
    if (key === 'Choices' && isArray(value)) found.rules.push(...value.filter(isObject));
    collect(value, file, found);
  }
};

const problemOf = (read: () => unknown): Json => {
  try {
    read();
    return null;
  } catch (thrown) {
    return JSON.stringify(thrown);
  }
};

describe.skipIf(files.length === 0)('what the definitions of the corpus hold', () => {
  const found: Found = { paths: new Map(), calls: new Map(), rules: [] };
  for (const file of files) {
    const sample: Json = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    if (isObject(sample) && sample.expected !== 'invalid' && !faulty.has(file))
      collect(sample.definition, file, found);
  }

  it('reads every path', () => {
    const refused = [...found.paths].filter(([path]) => problemOf(() => parsePath(path)) !== null);
    expect(refused.map(([path]) => path)).toEqual([]);
    expect(found.paths.size).toBeGreaterThan(1000);
  });

  it('reads every call', () => {
    const refused = [...found.calls].filter(([call]) => problemOf(() => parseCall(call)) !== null);
    expect(refused.map(([call]) => call)).toEqual([]);
    expect(found.calls.size).toBeGreaterThan(200);
  });

  it('compiles every rule', () => {
    const scope = {
      input: unknown('the input'),
      context: () => unknown('the context'),
      variables: () => unknown('a variable'),
      draws: unknownDraws(),
    };
    const refused = found.rules
      .filter(({ Condition }) => Condition === undefined)
      .filter((rule) => !compileChoiceRule(rule)(scope).ok);
    expect(refused).toEqual([]);
    expect(found.rules.length).toBeGreaterThan(300);
  });
});
