import { type HistoryEventOnWire, normaliseHistory, writeLogRecord } from '@steptrail/history';
import type { simulate } from '@steptrail/interpreter';
import type { Account, MapRun } from '@steptrail/sandbox';
import {
  enqueueTasks,
  listCoverage,
  listLinks,
  listMapRunsOf,
  listProblems,
  readExecution,
  readMapRun,
} from '@steptrail/store';
import { describe, expect, it } from 'vitest';
import type { IngestContext } from './context.ts';
import { ingestOnce } from './ingest.ts';
import { rebuildExecutions } from './rejudge.ts';
import { executionArn, expressArn, logGroupOf, type TestMachine, testAccount } from './testing/account.ts';
import { dump, rowsOf } from './testing/dump.ts';
import { DAY, event, HOUR, MINUTE, machineArn, START } from './testing/events.ts';
import { definitionOf, play, shop } from './testing/map-run-shop.ts';
import { openWorld, type TestWorld } from './testing/world.ts';

async function open(machines: readonly TestMachine[], now: number, more: Partial<IngestContext> = {}) {
  return openWorld({ ...testAccount(machines), retention: 90 * DAY }, now, more);
}

const childArn = (index: number) => executionArn('Shop/Orders', `child-${index}`);

const idOf = async ({ db }: TestWorld, arn: string) => (await readExecution(db.sql, arn))?.executionId ?? '';

/** The account of a machine whose Map Run's children are Express ones, with their log from a time on. */
function loggingChildren(machine: ReturnType<typeof shop>, logged: number): Account {
  const account = testAccount([machine]);
  const logGroupName = logGroupOf('Shop');
  const arnOf = (name: string) => expressArn('Shop/Orders', name);
  const asListed = (run: MapRun): MapRun => ({
    ...run,
    children: run.children.map((child) => ({ ...child, executionArn: arnOf(child.name) })),
  });
  const records = Object.entries(machine.mapRuns?.[0]?.histories ?? {}).flatMap(([name, events]) =>
    normaliseHistory(events).events.map((one) => ({
      logStreamName: 's',
      timestamp: one.timestamp,
      ingestionTime: Math.max(one.timestamp + 2000, logged),
      eventId: `${name} ${one.id}`,
      message: JSON.stringify(writeLogRecord(one, { executionArn: arnOf(name), redriveCount: 0 })),
    })),
  );
  return {
    ...account,
    retention: 90 * DAY,
    stateMachines: (now) =>
      account.stateMachines(now).map((one) => ({
        ...one,
        logging: { level: 'ALL', includeExecutionData: true, logGroupName },
      })),
    logGroups: () => [{ logGroupName, creationTime: START - DAY }],
    logEvents: (_, now) => records.filter(({ ingestionTime }) => ingestionTime <= now),
    mapRuns: (arn, now) => account.mapRuns(arn, now).map(asListed),
    findMapRun: (arn, now) => {
      const run = account.findMapRun(arn, now);
      return run === undefined ? undefined : asListed(run);
    },
  };
}

describe('Map Runs', () => {
  it('are described, and their children archived and replayed with what their parent ran', async () => {
    const machine = shop();
    // The state machine has changed meanwhile: its children go on with what their parent began with.
    const changed = { from: START + 30_000, definition: JSON.stringify(definitionOf('STANDARD', 8)) };
    const world = await open([{ ...machine, revisions: [changed] }], START + HOUR);
    const report = await ingestOnce(world.context);
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ archived: 4, failed: 0 });

    const parent = await readExecution(world.db.sql, executionArn('Shop', 'parent'));
    const { rows } = await listMapRunsOf(world.db.sql, parent?.executionId ?? '', { limit: 10 });
    expect(rows).toMatchObject([
      {
        mapRunArn: machine.mapRunArn,
        executionArn: executionArn('Shop', 'parent'),
        state: 'Orders',
        startedEventId: 4,
        status: 'SUCCEEDED',
        maxConcurrency: 10,
        itemCounts: { succeeded: 3, total: 3 },
        executionCounts: { succeeded: 3, total: 3 },
        childrenListed: 3,
        childrenArchived: 3,
        dueAt: null,
        goneAt: null,
      },
    ]);
    for (const index of [1, 2, 3]) {
      const child = await readExecution(world.db.sql, childArn(index));
      expect(child).toMatchObject({
        stateMachineArn: machineArn('Shop'),
        mapRunArn: machine.mapRunArn,
        status: 'SUCCEEDED',
        complete: true,
        problem: null,
        divergences: 0,
        unverifiable: 0,
        definitionSha256: parent?.definitionSha256,
        revisionId: parent?.revisionId,
      });
      expect(child?.agrees).toBeGreaterThan(0);
    }

    const untouched = await dump(world.db.sql, { exact: true });
    await ingestOnce(world.context);
    expect(await dump(world.db.sql, { exact: true })).toEqual(untouched);
    const before = await dump(world.db.sql);
    await rebuildExecutions(world.db.sql, { all: true, now: () => new Date(START + HOUR) });
    expect(await dump(world.db.sql)).toEqual(before);
  });

  it('that are open are followed until they end', async () => {
    const world = await open([shop()], START + 6 * MINUTE);
    const first = await ingestOnce(world.context);
    expect(first).toMatchObject({ archived: 3, problems: [] });
    const id = await idOf(world, executionArn('Shop', 'parent'));
    const read = async () => (await listMapRunsOf(world.db.sql, id, { limit: 10 })).rows;
    expect(await read()).toMatchObject([
      { status: 'RUNNING', stopDate: null, itemCounts: { succeeded: 2 }, childrenArchived: 2 },
    ]);
    expect((await read())[0]?.dueAt).not.toBeNull();

    world.setNow(START + 20 * MINUTE);
    await ingestOnce(world.context);
    expect(await read()).toMatchObject([
      { status: 'SUCCEEDED', itemCounts: { succeeded: 3 }, childrenArchived: 3, dueAt: null },
    ]);
  });

  it('a child that the definition does not explain diverges', async () => {
    const machine = shop();
    const wrong = JSON.parse(
      JSON.stringify(machine.mapRuns?.[0]?.histories).replaceAll('price\\":7', 'price\\":9'),
    );
    const mapRuns = (machine.mapRuns ?? []).map((run) => ({ ...run, histories: wrong }));
    const world = await open([{ ...machine, mapRuns }], START + HOUR);
    await ingestOnce(world.context);
    const child = await readExecution(world.db.sql, childArn(1));
    expect(child?.divergences).toBeGreaterThan(0);
  });

  it('with Express children that leave no log are told by their counts: nobody asks for histories that there are not', async () => {
    const world = await open([shop('EXPRESS')], START + HOUR);
    const report = await ingestOnce(world.context);
    expect(report).toMatchObject({ archived: 1, failed: 0, problems: [] });
    const id = await idOf(world, executionArn('Shop', 'parent'));
    const { rows } = await listMapRunsOf(world.db.sql, id, { limit: 10 });
    expect(rows).toMatchObject([
      {
        itemCounts: { succeeded: 3 },
        childrenListed: 3,
        childrenMissing: 0,
        childrenArchived: 0,
        dueAt: null,
      },
    ]);
  });

  it.each([
    ['after', START + 90 * MINUTE],
    ['before', START],
  ])(
    'with Express children: those whose records come %s their Map Run lists them are linked to it',
    async (order, logged) => {
      const machine = shop('EXPRESS');
      const world = await openWorld(loggingChildren(machine, logged), START + HOUR);
      // The first list is that of the state machine's executions.
      if (order === 'before') {
        world.sandbox.faults.add({ kind: 'access denied', operation: 'ListExecutions', after: 1 });
      }
      await ingestOnce(world.context);
      const expressChild = (index: number) =>
        readExecution(world.db.sql, expressArn('Shop/Orders', `child-${index}`));
      expect((await expressChild(1))?.mapRunArn).toBe(order === 'before' ? null : undefined);
      world.sandbox.faults.clear();
      world.setNow(START + 3 * HOUR);
      expect(await ingestOnce(world.context)).toMatchObject({ failed: 0, problems: [] });
      const parent = await readExecution(world.db.sql, executionArn('Shop', 'parent'));
      const { rows } = await listMapRunsOf(world.db.sql, parent?.executionId ?? '', { limit: 10 });
      expect(rows).toMatchObject([
        { childrenListed: 3, childrenMissing: 0, childrenArchived: 3, dueAt: null },
      ]);
      for (const index of [1, 2, 3]) {
        const child = await expressChild(index);
        expect(child).toMatchObject({
          mapRunArn: machine.mapRunArn,
          stateMachineArn: machineArn('Shop'),
          complete: true,
          divergences: 0,
          problem: null,
          definitionSha256: parent?.definitionSha256,
          definitionAssumed: null,
          revisionId: parent?.revisionId,
        });
      }
    },
  );

  it.each(['DescribeMapRun', 'ListExecutions'])(
    'without permission for %s: one problem, the rest goes on',
    async (operation) => {
      const machine = shop();
      const world = await open([machine], START + HOUR);
      world.sandbox.faults.add({
        kind: 'access denied',
        operation,
        after: operation === 'ListExecutions' ? 1 : 0,
      });
      const report = await ingestOnce(world.context);
      expect(report.problems).toMatchObject([{ subject: operation, code: 'AccessDeniedException' }]);
      const run = await readMapRun(world.db.sql, machine.mapRunArn);
      expect(run).toMatchObject({ status: 'SUCCEEDED', state: 'Orders', goneAt: null });
      expect(run?.dueAt).not.toBeNull();
      const isListed = operation === 'DescribeMapRun';
      expect(await readExecution(world.db.sql, childArn(1))).toEqual(
        isListed ? expect.objectContaining({ complete: true, divergences: 0 }) : undefined,
      );

      world.sandbox.faults.clear();
      world.setNow(START + 3 * HOUR);
      expect((await ingestOnce(world.context)).problems).toEqual([]);
      expect(await readMapRun(world.db.sql, machine.mapRunArn)).toMatchObject({
        itemCounts: { succeeded: 3 },
        childrenListed: 3,
        dueAt: null,
      });
    },
  );

  it('that AWS has forgotten stay as they were', async () => {
    const machine = shop();
    const world = await open([machine], START + 6 * MINUTE);
    await ingestOnce(world.context);
    world.setNow(START + 100 * DAY);
    await ingestOnce(world.context);
    expect(await readMapRun(world.db.sql, machine.mapRunArn)).toMatchObject({
      itemCounts: { succeeded: 2 },
      goneAt: new Date(START + 100 * DAY),
      dueAt: null,
    });
    expect(await readExecution(world.db.sql, childArn(1))).toMatchObject({ complete: true });
  });

  it('that are redriven are described again, with the children that ran again', async () => {
    const machine = shop();
    const parent = machine.histories.parent ?? [];
    const failed = { error: 'States.ExceedToleratedFailureThreshold', cause: 'too many' };
    const at = START + 20 * MINUTE;
    const again = at + DAY;
    const run = { mapRunArn: machine.mapRunArn };
    const first = [
      ...parent.slice(0, 4),
      event(5, 4, at, 'MapRunFailed', { mapRunFailedEventDetails: failed }),
      event(6, 5, at, 'MapStateFailed'),
      event(7, 6, at, 'ExecutionFailed', { executionFailedEventDetails: failed }),
    ];
    const redriven = [
      event(8, 7, again, 'ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: 1 } }),
      event(9, 8, again, 'MapRunRedriven', { mapRunRedrivenEventDetails: { ...run, redriveCount: 1 } }),
      event(10, 9, again + MINUTE, 'MapRunSucceeded'),
    ];
    const [started, entered, exited, succeeded] = machine.mapRuns?.[0]?.histories['child-2'] ?? [];
    const later = (one: HistoryEventOnWire | undefined, id: number, previousEventId: number) =>
      one === undefined ? [] : [{ ...one, id, previousEventId, timestamp: (again + MINUTE) / 1000 }];
    const child = [
      ...[started, entered].flatMap((one) => one ?? []),
      event(3, 0, START + 6 * MINUTE, 'ExecutionAborted', { executionAbortedEventDetails: {} }),
      event(4, 3, again, 'ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: 1 } }),
      ...later(entered, 5, 0),
      ...later(exited, 6, 5),
      ...later(succeeded, 7, 6),
    ];
    const mapRuns = (machine.mapRuns ?? []).map((one) => ({
      ...one,
      histories: { ...one.histories, 'child-2': child },
    }));
    const histories = { parent: [...first, ...redriven] };
    const world = await open([{ ...machine, mapRuns, histories }], START + HOUR);
    await ingestOnce(world.context);
    expect(await readMapRun(world.db.sql, machine.mapRunArn)).toMatchObject({
      status: 'FAILED',
      redriveCount: 0,
      dueAt: null,
    });
    expect(await readExecution(world.db.sql, childArn(2))).toMatchObject({ status: 'ABORTED', events: 3 });
    world.setNow(again + HOUR);
    await ingestOnce(world.context);
    expect(await readExecution(world.db.sql, childArn(2))).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      events: 7,
      complete: true,
    });
    expect(await readMapRun(world.db.sql, machine.mapRunArn)).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveDate: new Date(again),
      startedEventId: 4,
      lastEventId: 10,
      dueAt: null,
    });
  });
});

describe('children that come before their parent', () => {
  const isParent = (arn: string) => arn === executionArn('Shop', 'parent');

  /** An account that does not list the parent before an instant. */
  function hidingParent(machine: TestMachine, until: number) {
    const account = testAccount([machine]);
    return {
      ...account,
      executions: (arn: string, now: number) =>
        account.executions(arn, now).filter((one) => now >= until || !isParent(one.executionArn)),
    };
  }

  const startOf = (index: number) => START + 1000 + (index - 1) * 5 * MINUTE;
  const announce = async ({ db }: TestWorld, mapRunArn: string) => {
    await enqueueTasks(
      db.sql,
      [1, 2, 3].map((index) => ({
        executionArn: childArn(index),
        stateMachineArn: machineArn('Shop'),
        priority: 1,
        dueAt: new Date(START),
        listed: {
          executionArn: childArn(index),
          stateMachineArn: machineArn('Shop'),
          name: `child-${index}`,
          status: 'SUCCEEDED',
          startDate: new Date(startOf(index)),
          stopDate: new Date(startOf(index) + 52),
          redriveCount: 0,
          // An event of EventBridge does not name the Map Run: DescribeExecution does.
          ...(index === 1 ? {} : { mapRunArn }),
        },
      })),
    );
  };

  it.each([
    ['whose parent is found through the Map Run', false],
    ['whose parent AWS gives later', true],
  ])('%s, are linked and judged as if it had come first', async (_, isRefused) => {
    const machine = shop();
    const calm = await open([machine], START + HOUR);
    await ingestOnce(calm.context);

    const world = await openWorld(hidingParent(machine, START + 2 * HOUR), START + HOUR);
    if (isRefused) world.sandbox.faults.add({ kind: 'access denied', operation: 'DescribeMapRun' });
    await announce(world, machine.mapRunArn);
    const report = await ingestOnce(world.context);
    expect(report.archived).toBe(isRefused ? 3 : 4);
    if (isRefused) {
      expect(await readExecution(world.db.sql, childArn(2))).toMatchObject({
        definitionSha256: null,
        mapRunArn: machine.mapRunArn,
        problem: expect.stringContaining('definition'),
      });
      world.sandbox.faults.clear();
      world.setNow(START + 2 * DAY);
      await ingestOnce(world.context);
    }
    for (const index of [1, 2, 3]) {
      expect(await readExecution(world.db.sql, childArn(index))).toMatchObject({
        complete: true,
        problem: null,
        divergences: 0,
        mapRunArn: machine.mapRunArn,
      });
    }
    const archive = async ({ db }: TestWorld) =>
      rowsOf(await dump(db.sql), 'executions', 'history_chunks', 'visits', 'map_runs', 'execution_links');
    expect(await archive(world)).toEqual(await archive(calm));
    expect(await listProblems(world.db.sql)).toEqual([]);
  });
});

describe('the children of a Map Run', () => {
  const coverageOf = async ({ db }: TestWorld, now: number) =>
    (
      await listCoverage(db.sql, {
        from: new Date(START - DAY),
        to: new Date(START + DAY),
        now: new Date(now),
        limit: 10,
      })
    ).rows;

  it('are counted against what the Map Run says that it has started', async () => {
    const machine = shop();
    const account = testAccount([machine]);
    let shown = 2;
    const world = await openWorld(
      {
        ...account,
        findMapRun: (arn, now) => {
          const run = account.findMapRun(arn, now);
          return run === undefined ? undefined : { ...run, pending: 5 };
        },
      },
      START + HOUR,
    );
    // The list of children does not give them all: AWS is only in the end consistent.
    world.context.clients.sfn.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          const { output } = answer;
          if (commandName === 'ListExecutionsCommand' && 'executions' in output) {
            const children = output.executions?.filter((one) => one.executionArn?.includes('/Orders:')) ?? [];
            if (children.length > 0) output.executions = children.slice(0, shown);
          }
          return answer;
        },
      { step: 'initialize', name: 'hideChildren' },
    );
    await ingestOnce(world.context);
    expect(await coverageOf(world, START + HOUR)).toMatchObject([
      { seen: 4, archived: 3, missing: 1, mapRunsUnchecked: 0 },
    ]);
    expect(await readMapRun(world.db.sql, machine.mapRunArn)).toMatchObject({ childrenMissing: 1 });
    shown = 3;
    world.setNow(START + 3 * HOUR);
    await ingestOnce(world.context);
    expect(await coverageOf(world, START + 3 * HOUR)).toMatchObject([
      { seen: 4, archived: 4, missing: 0, mapRunsUnchecked: 0 },
    ]);
    expect(await readMapRun(world.db.sql, machine.mapRunArn)).toMatchObject({
      childrenMissing: 0,
      dueAt: null,
    });
  });

  it('that were not counted are no proof', async () => {
    const world = await open([shop()], START + HOUR);
    world.sandbox.faults.add({ kind: 'access denied', operation: 'DescribeMapRun' });
    await ingestOnce(world.context);
    expect(await coverageOf(world, START + HOUR)).toMatchObject([{ missing: 0, mapRunsUnchecked: 1 }]);
  });
});

it('Map Runs that a history does not name are asked for', async () => {
  const machine = shop();
  const histories = {
    parent: (machine.histories.parent ?? []).map((one) =>
      one.type === 'MapRunStarted' ? { ...one, mapRunStartedEventDetails: {} } : one,
    ),
  };
  const account = testAccount([machine]);
  const unnamed = testAccount([{ ...machine, histories }]);
  const world = await openWorld({ ...account, history: unnamed.history }, START + HOUR);
  await ingestOnce(world.context);
  expect(await readMapRun(world.db.sql, machine.mapRunArn)).toMatchObject({
    status: 'SUCCEEDED',
    childrenListed: 3,
    childrenMissing: 0,
  });
  expect(await readExecution(world.db.sql, childArn(1))).toMatchObject({ complete: true, divergences: 0 });
});

const NEST = JSON.stringify({
  StartAt: 'Start',
  States: {
    Start: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: { StateMachineArn: machineArn('Inner'), Input: {} },
      End: true,
    },
  },
});

describe('nested executions', () => {
  const inner = executionArn('Inner', 'i');
  const outer = executionArn('Outer', 'o');
  const outerHistory = play(
    JSON.parse(NEST),
    {},
    {
      start: START,
      executionArn: outer,
      task: () => ({
        kind: 'succeeds',
        submitted: { output: { ExecutionArn: inner, StartDate: START }, after: 100 },
        output: { ExecutionArn: inner, Status: 'SUCCEEDED', Output: {} },
        after: 60_000,
      }),
    },
  );
  const innerDefinition = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
  const innerHistory = (input: Parameters<typeof simulate>[1]) =>
    play(innerDefinition, input, { start: START + 100, executionArn: inner });
  const machines = (input: Parameters<typeof simulate>[1]): readonly TestMachine[] => [
    { name: 'Outer', definition: NEST, histories: { o: outerHistory } },
    { name: 'Inner', definition: JSON.stringify(innerDefinition), histories: { i: innerHistory(input) } },
  ];

  it.each([
    ['both say so', { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: outer }, 1],
    ['only the parent says so', {}, null],
    ['the child names no execution', { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'me' }, null],
  ] as const)('are linked both ways: %s', async (_, input, childEventId) => {
    const world = await open(machines(input), START + HOUR);
    await ingestOnce(world.context);
    const of = async (arn: string) => {
      const executionId = await idOf(world, arn);
      return (await listLinks(world.db.sql, { executionId, executionArn: arn }, { limit: 10 })).rows;
    };
    const parentEventId = 5;
    expect(await of(outer)).toMatchObject([
      {
        relation: 'child',
        executionArn: inner,
        eventId: parentEventId,
        otherEventId: childEventId,
        status: 'SUCCEEDED',
      },
    ]);
    expect(await of(inner)).toMatchObject([
      {
        relation: 'parent',
        executionArn: outer,
        eventId: childEventId,
        otherEventId: parentEventId,
        status: 'SUCCEEDED',
      },
    ]);
  });

  it.each([
    ['the parent', 0],
    ['the child', 1],
  ])('are linked whichever comes first: %s', async (_, first) => {
    const both = machines({ AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: outer });
    const calm = await open(both, START + HOUR);
    await ingestOnce(calm.context);
    const alone = await open(both.slice(first, first + 1), START + HOUR);
    await ingestOnce(alone.context);
    const world = await open(both, START + 2 * HOUR);
    await ingestOnce({ ...world.context, sql: alone.db.sql });
    for (const arn of [inner, outer]) {
      const linksIn = async (of: TestWorld) =>
        listLinks(of.db.sql, { executionId: await idOf(of, arn), executionArn: arn }, { limit: 10 });
      expect(await linksIn(alone)).toEqual(await linksIn(calm));
    }
  });

  it('name a parent that is not archived', async () => {
    const input = { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: outer };
    const world = await open(machines(input).slice(1), START + HOUR);
    await ingestOnce(world.context);
    const executionId = await idOf(world, inner);
    const { rows } = await listLinks(world.db.sql, { executionId, executionArn: inner }, { limit: 10 });
    expect(rows).toMatchObject([{ relation: 'parent', executionArn: outer, eventId: 1, status: null }]);
  });
});
