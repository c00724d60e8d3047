import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
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

/**
 * Where a validator that is not the service says valid, and we, with the service, say invalid
 * (the corpus' README warns of it): the reasons we give, each with its source.
 */
const STRICTER_THAN_VALIDATORS: ReadonlyMap<ProblemReason, string> = new Map<ProblemReason, string>([
  ['INVALID_RESOURCE', 'statelint takes any URI as Resource, the service wants an ARN it can call'],
  [
    'WRONG_TYPE',
    'asl-validator takes CloudFormation functions ({"Fn::GetAtt": …}) as Resource, before deployment',
  ],
  [
    'REQUIRED_FIELD',
    "the service: The field 'RoleArn' is required (recorded); these have other keys in Credentials",
  ],
  ['LANGUAGE_DOWNGRADE', 'the service refuses JSONPath states in a JSONata machine (recorded)'],
  ['INVALID_VARIABLE', "variable names are identifiers, 'top-level' is none (ASL section 8.12)"],
  ['MISSING_TARGET', "basic_choice.json names a state 'NextState' that it lacks"],
]);

/** Where a verdict is invalid, and we say valid: why. */
const MORE_LENIENT: ReadonlyMap<string, string> = new Map([
  ['asl-9fa0f430b6fe', 'refused for an activity ARN, in whose place the corpus has put a function ARN'],
  ['asl-089b8a6e9a33', 'an unreachable state is a warning with us'],
  ['asl-07d6da8d7a78', 'blanks around {% %} make a literal: the service accepts that (recorded)'],
]);

function filesIn(folder: string): string[] {
  return readdirSync(`${CORPUS}/${folder}`).filter((name) => name.endsWith('.json') && name !== 'index.json');
}

function read<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(`${CORPUS}/${folder}/${name}`, 'utf8'));
}

function judge({ text, definition, type }: Definition): { valid: boolean; reasons: ProblemReason[] } {
  const written = text ?? JSON.stringify(definition);
  const result = parse(written, {
    type: type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    placeholders: /\$\{[^}]+\}/.test(written),
  });
  const problems = result.ok ? [] : result.problems;
  const reasons = problems.filter(({ severity }) => severity === 'error').map(({ reason }) => reason);
  return { valid: result.ok, reasons };
}

describe.skipIf(!present)('corpus', () => {
  const definitions = present
    ? filesIn('definitions').map((name) => read<Definition>('definitions', name))
    : [];
  const judged = definitions.map((definition) => ({ ...definition, ...judge(definition) }));

  test('verdicts of the service', () => {
    const byAws = judged.filter(({ expectedBy }) => expectedBy === 'aws');
    expect(byAws.filter(({ expected, valid }) => expected === 'valid' && !valid)).toEqual([]);
    const missed = byAws.filter(({ expected, valid }) => expected === 'invalid' && valid).map(({ id }) => id);
    expect(missed.filter((id) => !MORE_LENIENT.has(id))).toEqual([]);
  });

  test('verdicts of validators', () => {
    const unexplained = judged
      .filter(({ expectedBy }) => expectedBy !== 'aws')
      .filter(({ id, expected, valid, reasons }) =>
        expected === 'valid'
          ? !reasons.every((reason) => STRICTER_THAN_VALIDATORS.has(reason))
          : expected === 'invalid' && valid && !MORE_LENIENT.has(id),
      );
    expect(unexplained.map(({ id, reasons }) => ({ id, reasons }))).toEqual([]);
  });

  test('disagreements are counted', () => {
    const counts = new Map<string, number>();
    for (const { expected, expectedBy, valid } of judged) {
      if (expected === 'unknown' || (expected === 'valid') === valid) continue;
      const key = `${expectedBy} says ${expected}, we say ${valid ? 'valid' : 'invalid'}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    console.info('Disagreements with the corpus:', Object.fromEntries(counts));
    expect(counts.get('aws says valid, we say invalid')).toBeUndefined();
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
