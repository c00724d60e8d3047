import { parseValue } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { replay } from '../replay.ts';
import { simulate } from '../simulate.ts';
import type { World } from '../world.ts';

const definition = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 3,
      ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Pass', End: true } } },
      End: true,
    },
  },
};

const programOf = (given: unknown) => {
  const parsed = parseValue(given, { type: 'STANDARD' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compile(parsed.machine, { type: 'STANDARD' });
};

const { Each } = definition.States;
const { MaxConcurrency: _, ...unlimited } = Each;
const program = programOf({ ...definition, States: { Each: unlimited } });
const world: World = {
  start: 0,
  executionArn: 'arn:aws:states:us-east-1:111122223333:execution:test:one',
  stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:test',
  roleArn: 'arn:aws:iam::111122223333:role/test',
  seed: 1,
  task: () => ({ kind: 'succeeds', output: null, after: 0 }),
};
const events = simulate(
  programOf(definition),
  { items: Array.from({ length: 30 }, (_, index) => ({ index })) },
  world,
);
const mapStarted = events.find(({ type }) => type === 'MapStateStarted')?.id ?? 0;
const entered = events.find(({ type }) => type === 'MapStateEntered')?.id ?? 0;

const pointing = (to: (event: Event) => number): readonly Event[] =>
  events.map((event) =>
    event.type === 'MapIterationStarted' ? { ...event, previousEventId: to(event) } : event,
  );

test.each<[string, (event: Event) => number]>([
  ['the end of the one that made room', ({ previousEventId }) => previousEventId],
  ['the start of the Map, whatever has ended', () => mapStarted],
  ['now the one, now the other', ({ id, previousEventId }) => (id % 2 === 0 ? mapStarted : previousEventId)],
])('iterations may follow %s', (_, to) => {
  expect(replay(program, pointing(to)).divergences).toEqual([]);
});

test('an iteration that follows neither is a divergence', () => {
  const last = events.findLast(({ type }) => type === 'MapIterationStarted')?.id ?? 0;
  const wrong = pointing(({ id, previousEventId }) => (id === last ? entered : previousEventId));
  const [found] = replay(program, wrong).divergences;
  expect(found).toMatchObject({ eventId: last });
});

test('iterations that come one by one ran with a MaxConcurrency of 1', () => {
  const withConcurrency = (MaxConcurrency: number) =>
    programOf({ ...definition, States: { Each: { ...Each, MaxConcurrency } } });
  const oneByOne = simulate(withConcurrency(1), { items: [1, 2, 3] }, world);
  const blamed = (limit: number) =>
    replay(withConcurrency(limit), oneByOne).divergences.map(({ kind }) => kind);
  expect(blamed(1)).toEqual([]);
  expect(blamed(2)).toEqual(['chain']);
  // Nobody knows that AWS would have run so many at once.
  expect(blamed(100)).toEqual([]);
});
