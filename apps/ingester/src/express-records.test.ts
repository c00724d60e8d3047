import { EVENT_TYPES, type Event, normaliseHistory, writeLogRecord } from '@steptrail/history';
import type { Account, LogEvent, Logging, Machine } from '@steptrail/sandbox';
import { findRemoved, listProblems, readExecution, readStateMachine } from '@steptrail/store';
import { describe, expect, it } from 'vitest';
import { newTally } from './context.ts';
import { ingestOnce } from './ingest.ts';
import { ingestExpressLogs } from './ingest-express-logs.ts';
import { ingestStateMachines } from './ingest-state-machines.ts';
import { openProblemBook } from './problems.ts';
import { rebuildExecutions } from './rejudge.ts';
import { expressArn, testAccount } from './testing/account.ts';
import { dump, rowsOf } from './testing/dump.ts';
import {
  CHECKOUT,
  checkoutHistory,
  DAY,
  event,
  HOUR,
  MINUTE,
  machineArn,
  SECOND,
  START,
} from './testing/events.ts';
import { openWorld, type TestWorld } from './testing/world.ts';

const GROUP = '/aws/vendedlogs/states/Checkout-Logs';
const OTHER_GROUP = '/aws/vendedlogs/states/Other-Logs';

/** A line of a log: the group, the time and when it came there. */
interface Line {
  readonly group: string;
  readonly timestamp: number;
  readonly arrived: number;
  readonly message: string;
}

interface Situation {
  readonly lines: readonly Line[];
  /** What the state machine is at each time, undefined: it is no more. Default: logs all to GROUP. */
  readonly machine?: (now: number) => (Partial<Logging> & { readonly definition?: string }) | undefined;
  readonly groups?: (now: number) => readonly string[];
}

function accountOf({ lines, machine = () => ({}), groups = () => [GROUP, OTHER_GROUP] }: Situation): Account {
  const base = testAccount([{ name: 'Checkout', type: 'EXPRESS', definition: CHECKOUT, histories: {} }]);
  const [described] = base.stateMachines(START);
  let revisions = 0;
  const known = new Map<string, string>();
  const revisionOf = (definition: string) => {
    const id = known.get(definition) ?? `00000000-0000-4000-8000-00000000000${revisions++}`;
    known.set(definition, id);
    return id;
  };
  return {
    ...base,
    stateMachines: (now): readonly Machine[] => {
      const given = machine(now);
      if (given === undefined || described === undefined) return [];
      const { definition, ...logging } = given;
      const [first] = described.revisions;
      const revision =
        definition === undefined
          ? first
          : { from: first.from, definition, revisionId: revisionOf(definition) };
      const full = { ...described.logging, logGroupName: GROUP, ...logging };
      return [{ ...described, revisions: [revision], logging: full }];
    },
    logGroups: (now) => groups(now).map((logGroupName) => ({ logGroupName, creationTime: START - DAY })),
    logEvents: (group, now): readonly LogEvent[] =>
      lines
        .map((line, index) => ({ ...line, index }))
        .filter((line) => line.group === group && line.arrived <= now)
        .toSorted((a, b) => a.timestamp - b.timestamp)
        .map(({ timestamp, arrived, message, index }) => ({
          logStreamName: 's',
          timestamp,
          ingestionTime: arrived,
          eventId: String(index),
          message,
        })),
  };
}

async function open(situation: Situation, now: number) {
  return openWorld(accountOf(situation), now);
}

const eventsOf = (at: number) => normaliseHistory(checkoutHistory(at)).events;

function recordOf(one: Event, name: string, writing: { includeExecutionData?: boolean } = {}): string {
  return JSON.stringify(
    writeLogRecord(one, { executionArn: expressArn('Checkout', name), redriveCount: 0 }, writing),
  );
}

function lineOf(one: Event, name: string, more: Partial<Line> = {}): Line {
  const { timestamp } = one;
  return { group: GROUP, timestamp, arrived: timestamp + SECOND, message: recordOf(one, name), ...more };
}

/** What of the archive does not tell when it was looked at. */
const archive = async ({ db }: TestWorld) =>
  rowsOf(
    await dump(db.sql),
    ...['executions', 'history_chunks', 'visits', 'failures', 'execution_ids', 'search_values', 'seals'],
  );

const read = ({ db }: TestWorld, name: string) => readExecution(db.sql, expressArn('Checkout', name));

/** A sequence of numbers from 0 up to 1, always the same. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const FAILED = [
  ...checkoutHistory(START).slice(0, 3),
  event(4, 3, START + SECOND, 'FailStateEntered', {
    stateEnteredEventDetails: { name: 'Ship', input: '{"cart":1}', inputDetails: { truncated: false } },
  }),
  event(5, 4, START + SECOND, 'ExecutionFailed', {
    executionFailedEventDetails: { error: 'Shop.Closed', cause: 'late' },
  }),
];

describe('what is archived in the end does not depend on how records came', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const inOrder = names.flatMap((name, i) =>
    eventsOf(START + i * 90 * SECOND).map((one) => lineOf(one, name)),
  );
  // A run that was begun twice under one ARN: two records claim each id.
  const again = eventsOf(START + 20 * SECOND).map((one) => lineOf(one, 'a'));

  it.each([1, 2, 3])(
    'out of order, days late, twice, in two log groups: %i',
    { timeout: 60_000 },
    async (seed) => {
      const lines = [...inOrder, ...again];
      const calm = await open({ lines }, START + 6 * DAY);
      await ingestOnce(calm.context);

      const random = dice(seed * 7919);
      const arrive = (line: Line): Line => {
        const late = random();
        const delay = late < 0.5 ? late * MINUTE : late < 0.8 ? late * 20 * HOUR : late * 4 * DAY;
        return { ...line, arrived: line.timestamp + delay, group: random() < 0.3 ? OTHER_GROUP : line.group };
      };
      const stormy = [...lines, ...lines.filter(() => random() < 0.4)].map(arrive);
      // The state machine logs to the other group at first.
      const machine = (now: number) => (now < START + 2 * MINUTE ? { logGroupName: OTHER_GROUP } : {});
      const world = await open({ lines: stormy, machine }, START);
      const looks = [0.5, 1, 2, 3, 5, 8, 15, 30, 60].map((minutes) => minutes * MINUTE);
      for (const after of [...looks, 10 * HOUR, 30 * HOUR, 3 * DAY, 6 * DAY]) {
        world.setNow(START + after);
        expect((await ingestOnce(world.context)).problems).toEqual([]);
      }
      expect(await archive(world)).toEqual(await archive(calm));
      const before = await dump(world.db.sql);
      await rebuildExecutions(world.db.sql, { all: true, now: () => new Date(START + 6 * DAY) });
      expect(await dump(world.db.sql)).toEqual(before);
    },
  );

  it('by two at once', { timeout: 60_000 }, async () => {
    const calm = await open({ lines: inOrder }, START + HOUR);
    await ingestOnce(calm.context);
    const both = await open({ lines: inOrder }, START);
    for (const after of [MINUTE, 3 * MINUTE, 6 * MINUTE, HOUR]) {
      both.setNow(START + after);
      await Promise.all([ingestOnce(both.context), ingestOnce(both.context)]);
    }
    expect(await archive(both)).toEqual(await archive(calm));
  });
});

describe('at every log level', () => {
  const levels = [
    ['ALL', 5],
    ['ERROR', 2],
    ['FATAL', 1],
  ] as const;
  const ranks = { FATAL: ['FATAL'], ERROR: ['FATAL', 'ERROR'], ALL: ['FATAL', 'ERROR', 'ALL'] };
  for (const [level, count] of levels) {
    for (const includeExecutionData of [true, false]) {
      it(`${level}, ${includeExecutionData ? 'with' : 'without'} execution data`, async () => {
        const definition = JSON.stringify({
          StartAt: 'Check',
          States: {
            Check: { Type: 'Pass', Next: 'Ship' },
            Ship: { Type: 'Fail', Error: 'Shop.Closed', Cause: 'late' },
          },
        });
        const logged = normaliseHistory(FAILED).events.filter(
          ({ type }) => type !== 'Unrecognised' && ranks[level].includes(EVENT_TYPES[type].log),
        );
        const lines = logged.map((one) =>
          lineOf(one, 'x', { message: recordOf(one, 'x', { includeExecutionData }) }),
        );
        const machine = () => ({ level, includeExecutionData, definition });
        const world = await open({ lines, machine }, START + HOUR);
        expect((await ingestOnce(world.context)).problems).toEqual([]);
        expect(await read(world, 'x')).toMatchObject({
          status: 'FAILED',
          error: 'Shop.Closed',
          events: count,
          complete: true,
          problem: null,
          divergences: 0,
        });
      });
    }
  }

  it('OFF: nothing is asked for, and nothing is wrong', async () => {
    const world = await open(
      { lines: [], machine: () => ({ level: 'OFF' }), groups: () => [] },
      START + HOUR,
    );
    expect(await ingestOnce(world.context)).toMatchObject({ problems: [], archived: 0 });
  });

  it.each(['ALL', 'ERROR'] as const)(
    '%s: a run whose end never came is told after its time',
    async (level) => {
      const task = { resource: 'invoke', resourceType: 'lambda', error: 'Lambda.Timeout' };
      const events =
        level === 'ALL'
          ? eventsOf(START).slice(0, 4)
          : normaliseHistory([event(5, 4, START, 'TaskFailed', { taskFailedEventDetails: task })]).events;
      const lines = events.map((one) => lineOf(one, 'x'));
      const world = await open({ lines, machine: () => ({ level }) }, START + 4 * MINUTE);
      await ingestOnce(world.context);
      expect(await read(world, 'x')).toMatchObject({ status: 'RUNNING', complete: false });
      world.setNow(START + 11 * MINUTE);
      await ingestOnce(world.context);
      expect(await read(world, 'x')).toMatchObject({
        status: 'RUNNING',
        problem: expect.stringContaining(
          level === 'ALL' ? 'received no end' : 'it is not told that one succeeded',
        ),
      });
    },
  );
});

describe('records that are not as they were written', () => {
  const events = eventsOf(START);
  const lines = (change: (one: Event) => string) =>
    events.map((one) => lineOf(one, 'x', { message: change(one) }));

  it('truncated payloads are unverifiable, not wrong', async () => {
    const long = `{"cart":"${'x'.repeat(260_000)}"}`;
    const longEvents = events.map((one) =>
      'input' in one ? { ...one, input: long } : 'output' in one ? { ...one, output: long } : one,
    );
    const world = await open({ lines: longEvents.map((one) => lineOf(one, 'x')) }, START + HOUR);
    await ingestOnce(world.context);
    const x = await read(world, 'x');
    expect(x).toMatchObject({ complete: true, divergences: 0, problem: null });
    expect(x?.unverifiable).toBeGreaterThan(0);
  });

  it.each([
    ['a number', 'cart\\":*****'],
    ['a text', 'cart\\":\\"*****\\"'],
  ])('masked payloads too: %s', async (_, mask) => {
    const text = (one: Event) => recordOf(one, 'x').replace('cart\\":1', 'cart\\":\\"a@b.c\\"');
    // What is taken for sensitive in one record may not be in another.
    const masked = lines((one) => (one.id === 4 ? recordOf(one, 'x').replace('cart\\":1', mask) : text(one)));
    const world = await open({ lines: masked }, START + HOUR);
    await ingestOnce(world.context);
    const x = await read(world, 'x');
    expect(x).toMatchObject({ complete: true, divergences: 0, problem: null });
    expect(x?.unverifiable).toBeGreaterThan(0);
  });

  it('one that was cut is kept as it came, and said', async () => {
    const cut = lines((one) => {
      const { execution_arn, id, ...others } = JSON.parse(recordOf(one, 'x'));
      const text = JSON.stringify({ execution_arn, id, ...others });
      return one.id === 3 ? text.slice(0, 300) : text;
    });
    const world = await open({ lines: cut }, START + HOUR);
    await ingestOnce(world.context);
    expect(await read(world, 'x')).toMatchObject({
      complete: false,
      status: 'SUCCEEDED',
      problem: expect.stringMatching(/was cut .* Events 3 to 3 are missing/),
    });
    const before = await dump(world.db.sql);
    await ingestOnce(world.context);
    expect(await dump(world.db.sql)).toEqual(before);
  });

  it('one that was cut before its execution is named is a problem of the log group', async () => {
    const cut = lines((one) => {
      const text = recordOf(one, 'x');
      return one.id === 3 ? text.slice(0, text.indexOf('"event_timestamp"')) : text;
    });
    const world = await open({ lines: cut }, START + HOUR);
    expect((await ingestOnce(world.context)).problems).toMatchObject([
      { code: 'CutRecord', subject: `records of ${GROUP}` },
    ]);
  });

  it('lines of others are passed over', async () => {
    const record = lines((one) => recordOf(one, 'x'))[0]?.message ?? '';
    const others = [
      'Permissions are set correctly to allow AWS CloudWatch Logs to write',
      '{"level":"info","msg":"hello","id":7}',
      '[1,2]',
      'null',
      '{"execution_arn":7}',
      record.replaceAll(':express:', ':execution:'),
      record.replaceAll('123456789012', '999999999999'),
    ].map((message) => ({ group: GROUP, timestamp: START, arrived: START, message }));
    const world = await open({ lines: [...others, ...lines((one) => recordOf(one, 'x'))] }, START + HOUR);
    expect(await ingestOnce(world.context)).toMatchObject({ problems: [], archived: 1, failed: 0 });
    expect(await read(world, 'x')).toMatchObject({ complete: true });
  });
});

describe('what a state machine logs changes', () => {
  it('each run is judged by the level and the definition that there were when it started', async () => {
    const renamed = CHECKOUT.replaceAll('"Check"', '"Look"');
    const updated = START + 30 * MINUTE;
    const machine = (now: number) =>
      now < updated ? { definition: CHECKOUT } : { definition: renamed, level: 'FATAL' as const };
    const failed = normaliseHistory(FAILED).events.slice(-1);
    const lines = [
      ...eventsOf(START).map((one) => lineOf(one, 'before', { arrived: START + HOUR })),
      ...failed.map((one) => lineOf({ ...one, timestamp: START + HOUR }, 'after')),
    ];
    const world = await open({ lines, machine }, START);
    for (const minutes of [0, 10, 31, 90]) {
      world.setNow(START + minutes * MINUTE);
      await ingestOnce(world.context);
    }
    const expected = { complete: true, divergences: 0, problem: null, definitionAssumed: null };
    const before = await read(world, 'before');
    expect(before).toMatchObject({ ...expected, events: 6, status: 'SUCCEEDED' });
    expect(await read(world, 'after')).toMatchObject({ ...expected, events: 1, status: 'FAILED' });
    await rebuildExecutions(world.db.sql, { all: true, now: () => new Date(START + 2 * HOUR) });
    expect(await read(world, 'before')).toMatchObject({
      ...expected,
      definitionSha256: before?.definitionSha256,
    });
  });

  it('where it was updated unseen, a run is judged by what explains it, and that is said', async () => {
    const renamed = CHECKOUT.replaceAll('"Check"', '"Look"');
    const machine = (now: number) => ({ definition: now < START + HOUR ? CHECKOUT : renamed });
    const lines = eventsOf(START + 30 * MINUTE).map((one) => lineOf(one, 'x'));
    const world = await open({ lines, machine }, START);
    for (const hours of [0, 2]) {
      world.setNow(START + hours * HOUR);
      await ingestOnce(world.context);
    }
    expect(await read(world, 'x')).toMatchObject({ divergences: 0, definitionAssumed: 'unobserved' });
  });

  it('late records of a state machine that was deleted, or that nobody ever saw, are kept', async () => {
    const deleted = START + 30 * MINUTE;
    const machine = (now: number) => (now < deleted ? {} : undefined);
    const lines = [
      ...eventsOf(START).map((one) => lineOf(one, 'late', { arrived: START + HOUR })),
      ...eventsOf(START).map((one) => {
        const line = lineOf(one, 'x');
        return { ...line, message: line.message.replaceAll('Checkout', 'Unseen') };
      }),
    ];
    const world = await open({ lines, machine }, START);
    for (const minutes of [0, 31, 61]) {
      world.setNow(START + minutes * MINUTE);
      expect((await ingestOnce(world.context)).problems).toEqual([]);
    }
    expect(await read(world, 'late')).toMatchObject({ complete: true, divergences: 0 });
    expect(await readExecution(world.db.sql, expressArn('Unseen', 'x'))).toMatchObject({
      definitionSha256: null,
      problem: expect.stringContaining('definition'),
    });
    expect((await readStateMachine(world.db.sql, machineArn('Unseen')))?.type).toBe('EXPRESS');
    const arn = expressArn('Checkout', 'late');
    expect(await findRemoved(world.db.sql, [arn])).toEqual(new Set());
  });
});

describe('a log group', () => {
  const lines = eventsOf(START).map((one) => lineOf(one, 'x'));

  it('that is gone is one problem, until it is there again', async () => {
    const groups = (now: number) => (now < START + HOUR ? [] : [GROUP]);
    const world = await open({ lines, groups }, START + 10 * MINUTE);
    expect((await ingestOnce(world.context)).problems).toMatchObject([
      { subject: `FilterLogEvents ${GROUP}`, code: 'ResourceNotFoundException' },
    ]);
    world.setNow(START + HOUR);
    expect(await ingestOnce(world.context)).toMatchObject({ problems: [], archived: 1 });
  });

  it('that may not be read is one problem, however many there are', async () => {
    const world = await open({ lines }, START + HOUR);
    world.sandbox.faults.add({ kind: 'access denied', operation: 'FilterLogEvents' });
    expect((await ingestOnce(world.context)).problems).toMatchObject([
      { subject: 'FilterLogEvents', code: 'AccessDeniedException' },
    ]);
    world.sandbox.faults.clear();
    await ingestOnce(world.context);
    expect(await listProblems(world.db.sql)).toEqual([]);
    expect(await read(world, 'x')).toMatchObject({ complete: true });
  });

  it('that is used no more, and is gone, is no problem', async () => {
    const machine = (now: number) => (now < START + HOUR ? {} : { logGroupName: OTHER_GROUP });
    const groups = (now: number) => (now < START + HOUR ? [GROUP] : [OTHER_GROUP]);
    const world = await open({ lines, machine, groups }, START + 30 * MINUTE);
    await ingestOnce(world.context);
    world.setNow(START + 2 * HOUR);
    expect((await ingestOnce(world.context)).problems).toEqual([]);
    expect(await read(world, 'x')).toMatchObject({ complete: true });
  });
});

it('in a pass that takes hours, records are read up to the present, by what their state machine is then', async () => {
  const renamed = CHECKOUT.replaceAll('"Check"', '"Look"');
  const machine = (now: number) => ({ definition: now < START + HOUR ? CHECKOUT : renamed });
  const lines = eventsOf(START + HOUR - MINUTE).map((one) => lineOf(one, 'x'));
  const world = await open({ lines, machine }, START);
  const book = await openProblemBook(world.context);
  const machines = await ingestStateMachines(world.context, book, newTally());
  world.setNow(START + 2 * HOUR);
  await ingestExpressLogs(world.context, book, machines, newTally());
  expect(await read(world, 'x')).toMatchObject({ complete: true, divergences: 0 });
});
