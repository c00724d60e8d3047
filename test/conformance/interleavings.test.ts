import type { Event } from '@steptrail/history';
import { compile, replay, simulate } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { judgeRecordings } from './judge.ts';
import { hasCorpus } from './recordings.ts';

/*
 * Recorded Parallel and Map states whose branches and iterations might have come in another order: two events that
 * stand side by side and belong to different branches change places, again and again. AWS may write any of these, so
 * none diverges, and each says the same as the recording.
 */

/** Joins, cuts and failures stand where they are, and so do the iterations that begin. */
const FIXED =
  /^Execution|Failed$|Aborted$|TimedOut$|^(Parallel|Map)State|^MapRun|^MapIteration(Started|Failed)$/;

const isEnd = (events: readonly Event[], event: Event): boolean =>
  event.type === 'MapIterationSucceeded' ||
  (event.type.endsWith('StateExited') &&
    !events.some(({ type, previousEventId }) => previousEventId === event.id && !JOIN.test(type)));

const JOIN = /^(Parallel|Map)State(Succeeded|Exited)$/;

/** The event with which the branch of a state's exit began. */
const beginningOf = (events: readonly Event[], event: Event): number => {
  let at: Event | undefined = event;
  while (at !== undefined && !/^(ParallelState|MapIteration)Started$/.test(at.type)) {
    at = events[at.previousEventId - 1];
  }
  return at?.id ?? 0;
};

/** Whether two events both end a branch of the same Parallel, or an iteration. */
const endTogether = (events: readonly Event[], first: Event, second: Event): boolean =>
  isEnd(events, first) &&
  isEnd(events, second) &&
  first.type.startsWith('MapIteration') === second.type.startsWith('MapIteration') &&
  (first.type.startsWith('MapIteration') || beginningOf(events, first) === beginningOf(events, second));

/** The events with those at index and index + 1 in each other's place; undefined where one leads to the other. */
const swapped = (events: readonly Event[], index: number): readonly Event[] | undefined => {
  const [first, second] = [events[index], events[index + 1]];
  if (first === undefined || second === undefined || second.previousEventId === first.id) return undefined;
  if (FIXED.test(first.type) || FIXED.test(second.type)) return undefined;
  const renumber = (id: number): number => (id === first.id ? second.id : id === second.id ? first.id : id);
  const bothEnd = endTogether(events, first, second);
  return events
    .with(index, second)
    .with(index + 1, first)
    .map((event, place) => ({
      ...event,
      id: place + 1,
      // A join points to whatever ended last.
      previousEventId:
        bothEnd && JOIN.test(event.type) && event.previousEventId === second.id
          ? second.id
          : renumber(event.previousEventId),
      timestamp: events[place]?.timestamp ?? event.timestamp,
    }));
};

/** Numbers below 1 that look random and are always the same. */
const numbers = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return seed / 0x80000000;
};

const SEEDS = 12;
const SWAPS = 60;

describe.skipIf(!hasCorpus)('a recording with concurrent branches, in another order', () => {
  const cases = judgeRecordings()
    .filter(
      ({ recording, verdict, trace }) =>
        recording.kind === 'history' &&
        verdict !== 'diverging' &&
        trace.visits.some(({ path }) => path !== '') &&
        !JSON.stringify(recording.events).includes('entered at the event id'),
    )
    .map(({ recording, trace }) => ({
      ...recording,
      trace,
      program: compile(recording.definition, recording.options),
    }));

  test('says the same', () => {
    const told: string[] = [];
    const orders = new Set<string>();
    for (const { file, events, program, options, trace } of cases) {
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const next = numbers(seed);
        let mixed = events;
        for (let swap = 0; swap < SWAPS; swap += 1) {
          mixed = swapped(mixed, Math.floor(next() * (events.length - 1))) ?? mixed;
        }
        if (mixed === events) continue;
        orders.add(
          `${file} ${JSON.stringify(mixed.map(({ type, previousEventId }) => [type, previousEventId]))}`,
        );
        const other = replay(program, mixed, options);
        const [first] = other.divergences;
        if (first !== undefined) {
          told.push(
            `${file} #${first.eventId} ${first.why} expected ${first.expected}, recorded ${first.recorded}`,
          );
        }
        expect(other.status, file).toBe(trace.status);
        expect(other.visits.length, file).toBe(trace.visits.length);
      }
    }
    expect(told).toEqual([]);
    expect(orders.size).toBeGreaterThan(20);
    console.info(`${orders.size} other orders of recorded histories`);
  });
});

const call = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f' } as const;
const pair = (name: string) => ({
  StartAt: `${name}1`,
  States: { [`${name}1`]: { ...call, Next: `${name}2` }, [`${name}2`]: { ...call, End: true } },
});
const parallel = (name: string) => ({
  Type: 'Parallel',
  Branches: [pair(`${name}A`), pair(`${name}B`), pair(`${name}C`)],
  End: true,
});
const map = (fields: object) => ({
  StartAt: 'M',
  States: { M: { Type: 'Map', End: true, ...fields } },
});
const MACHINES = {
  'a Parallel': { StartAt: 'P', States: { P: parallel('P') } },
  'a Map of all items at once': map({ ItemProcessor: pair('I') }),
  'a Map with freed slots': map({ MaxConcurrency: 3, ItemProcessor: pair('I') }),
  'Parallels in a Map': map({
    MaxConcurrency: 2,
    ItemProcessor: { StartAt: 'P', States: { P: parallel('P') } },
  }),
  'a Map whose iterations fail, retried': map({
    MaxConcurrency: 3,
    ItemProcessor: pair('I'),
    Retry: [{ ErrorEquals: ['E'], MaxAttempts: 2 }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
  }),
};
const withCaught = (machine: (typeof MACHINES)['a Parallel'] | ReturnType<typeof map>) => ({
  ...machine,
  States: { ...machine.States, Caught: { Type: 'Succeed' } },
});

test.each(Object.entries(MACHINES))('%s, in every order that AWS may write, is explained', (name, given) => {
  const program = compile(name.endsWith('retried') ? withCaught(given) : given);
  for (let seed = 1; seed <= 6; seed += 1) {
    const next = numbers(seed);
    const events = simulate(program, [1, 2, 3, 4, 5, 6, 7, 8], {
      start: 1_767_225_600_000,
      executionArn: 'arn:aws:states:us-east-1:111111111111:execution:m:e',
      stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m',
      roleArn: 'arn:aws:iam::111111111111:role/r',
      seed,
      task: ({ parameters, visit }) =>
        name.endsWith('retried') && visit > 9 && next() < 0.2
          ? { kind: 'fails', error: 'E', after: Math.floor(next() * 500) }
          : { kind: 'succeeds', output: parameters, after: Math.floor(next() * 500) },
    });
    let mixed: readonly Event[] = events;
    for (let swap = 0; swap < 400; swap += 1) {
      mixed = swapped(mixed, Math.floor(next() * (events.length - 1))) ?? mixed;
    }
    expect(mixed).not.toEqual(events);
    expect(replay(program, mixed).divergences, `seed ${seed}`).toEqual([]);
  }
});

test.skipIf(hasCorpus)('no recordings here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
