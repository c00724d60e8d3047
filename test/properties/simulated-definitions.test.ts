import { compile, replay, simulate, type TaskAnswer } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { hasCorpus, isFields, listCorpus, readCorpus } from '../conformance/recordings.ts';

/*
 * Real definitions in made-up worlds: inputs and answers that have the members which the definition names, with
 * whatever values; tasks that fail with the errors which it names, that hang, that nobody takes; executions that are
 * stopped. Each simulated history is explained.
 */

type Json = Extract<TaskAnswer, { kind: 'succeeds' }>['output'];

const SEEDS = 3;
const START = Date.UTC(2026, 0, 1);
const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:m:e';

/** Numbers below 1 that look random and are always the same. */
const numbers = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return seed / 0x80000000;
};

const LEAVES: readonly Json[] = [0, 3, 'x', [1, { a: 1 }, 'z'], [], '2026-01-01T00:00:00Z', true, null];

/** A payload with the members that the paths of a definition name. */
const payloadFor = (text: string, next: () => number): Json => {
  const payload: Record<string, Json> = {};
  for (const [, outer = '', inner] of text.matchAll(
    /(?:\$|input|result)\.([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?/g,
  )) {
    const leaf = LEAVES[Math.floor(next() * LEAVES.length)] ?? null;
    const given = payload[outer];
    if (inner === undefined) payload[outer] ??= leaf;
    else payload[outer] = { ...(isFields(given) ? given : {}), [inner]: leaf };
  }
  return payload;
};

const errorsIn = (text: string): readonly string[] =>
  [...text.matchAll(/"ErrorEquals":\[([^\]]*)\]/g)]
    .flatMap(([, names = '']) => [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name))
    .filter((name) => !/^States\.(ALL|Runtime|DataLimitExceeded)$/.test(name));

const answer = (text: string, parameters: Json, next: () => number): TaskAnswer => {
  const draw = next();
  const after = Math.floor(next() * 3000);
  const errors = errorsIn(text);
  if (draw < 0.25) {
    const error = errors[Math.floor(next() * errors.length)] ?? 'Boom';
    return draw < 0.05 ? { kind: 'fails', error, after } : { kind: 'fails', error, cause: 'c', after };
  }
  if (draw < 0.28) return { kind: 'hangs' };
  if (draw < 0.3) return { kind: 'never polled' };
  return { kind: 'succeeds', output: draw < 0.6 ? payloadFor(text, next) : parameters, after };
};

describe.skipIf(!hasCorpus)('definitions that people wrote', () => {
  const definitions = hasCorpus
    ? listCorpus('definitions').flatMap((file) => {
        const { definition, expected } = Object(readCorpus('definitions', file));
        const text = JSON.stringify(definition);
        // Whether the token of a task exists that waits for a job is in no reference.
        const unsettled = /\.sync/.test(text) && /Task\.Token/.test(text);
        return isFields(definition) && expected !== 'invalid' && !unsettled
          ? [{ file, definition, text }]
          : [];
      })
    : [];

  test('are explained in whatever world they run', () => {
    const told: string[] = [];
    const ends = new Map<string, number>();
    for (const { file, definition, text } of definitions) {
      const program = compile(definition);
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const next = numbers(seed * 7919);
        const given = payloadFor(text, next);
        const events = simulate(program, seed % 3 === 0 ? [given, given, given] : given, {
          start: START,
          executionArn,
          stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m',
          roleArn: 'arn:aws:iam::111111111111:role/r',
          seed,
          task: ({ parameters }) => answer(text, parameters, next),
          ...(seed % 3 === 1 ? { stopAt: { at: START + Math.floor(next() * 20_000) } } : {}),
        });
        const end = events.at(-1)?.type ?? '';
        ends.set(end, (ends.get(end) ?? 0) + 1);
        const [first] = replay(program, events, { executionArn }).divergences;
        if (first !== undefined) {
          told.push(
            `${file} seed ${seed} #${first.eventId} ${first.why} ${first.expected}, ${first.recorded}`,
          );
        }
      }
    }
    expect(told).toEqual([]);
    for (const end of ['Succeeded', 'Failed', 'TimedOut', 'Aborted']) {
      expect(ends.get(`Execution${end}`), end).toBeGreaterThan(20);
    }
  }, 60_000);
});

test.skipIf(hasCorpus)('no definitions here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
