import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { REFUSED_THOUGH_VALID, VALID_THOUGH_REFUSED } from './disagreements.ts';
import { parse, parseState, parseValue } from './parse.ts';
import type { ProblemReason } from './problem.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const CORPUS = resolve(REPOSITORY, process.env.STEPTRAIL_CORPUS ?? '../shared/corpus');
const present = existsSync(`${CORPUS}/definitions`);
if (!present) console.warn(`No corpus at ${CORPUS}: its tests are skipped.`);

type Definition = {
  readonly id: string;
  readonly type: string;
  readonly expected: 'valid' | 'invalid' | 'unknown';
  readonly expectedBy?: string;
  readonly text?: string;
  readonly definition: unknown;
};

function filesIn(folder: string): string[] {
  return readdirSync(`${CORPUS}/${folder}`).filter((name) => name.endsWith('.json') && name !== 'index.json');
}

function read<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(`${CORPUS}/${folder}/${name}`, 'utf8'));
}

function judge({ text, definition, type }: Definition): { valid: boolean; warnings: ProblemReason[] } {
  const written = text ?? JSON.stringify(definition);
  const result = parse(written, {
    type: type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    placeholders: /\$\{[^}]+\}/.test(written),
  });
  const warnings = result.ok ? result.warnings.map(({ reason }) => reason) : [];
  return { valid: result.ok, warnings };
}

describe.skipIf(!present)('corpus', () => {
  const definitions = present
    ? filesIn('definitions').map((name) => read<Definition>('definitions', name))
    : [];
  const judged = definitions.map((definition) => ({ ...definition, ...judge(definition) }));

  test('verdicts that are ours too, but for disagreements with a reason', () => {
    const disagreeing = (verdict: string): string[] =>
      judged
        .filter(({ expected, valid }) => expected === verdict && (verdict === 'valid') !== valid)
        .map(({ id }) => id)
        .sort();
    expect(disagreeing('valid')).toEqual([...REFUSED_THOUGH_VALID.keys()].sort());
    expect(disagreeing('invalid')).toEqual([...VALID_THOUGH_REFUSED.keys()].sort());
  });

  test('nothing is refused that the service accepted', () => {
    const accepted = judged.filter(
      ({ expected, expectedBy }) => expected === 'valid' && expectedBy === 'aws',
    );
    expect(accepted.filter(({ valid }) => !valid)).toEqual([]);
    const warned = accepted.filter(({ warnings }) => warnings.length > 0);
    expect(warned.map(({ id, warnings }) => ({ id, warnings }))).toEqual([]);
  });

  test('every recorded execution has a valid definition', () => {
    const refused = filesIn('recorded').flatMap((name) => {
      const { definition, type } = read<{ definition: unknown; type: string }>('recorded', name);
      const result = parse(JSON.stringify(definition), { type: type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD' });
      return result.ok ? [] : [{ name, problems: result.problems }];
    });
    expect(refused).toEqual([]);
  });

  test('every state that TestState took is valid', () => {
    const refused = filesIn('test-state').flatMap((name) => {
      const { definition, stateName, response } = read<{
        definition: unknown;
        stateName?: string;
        response: { status?: string };
      }>('test-state', name);
      if (response.status === undefined) return [];
      const result = stateName === undefined ? parseState(definition) : parseValue(definition);
      return result.ok ? [] : [{ name, problems: result.problems }];
    });
    expect(refused).toEqual([]);
  });
});
