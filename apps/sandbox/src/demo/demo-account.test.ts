import { parse } from '@steptrail/asl';
import { normaliseHistory, normaliseLogRecords, orderEvents } from '@steptrail/history';
import { compile, type Program, replay } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import type { Account, Execution } from '../account.ts';
import { demoAccount } from './demo-account.ts';
import { DAY, HOUR, MINUTE } from './scenario.ts';

const anchor = Date.parse('2026-11-22T12:00:00.000Z');
const account = demoAccount({ seed: 1, anchor });

function executionsOf(one: Account, now: number): readonly Execution[] {
  return one.stateMachines(now).flatMap(({ stateMachineArn }) => one.executions(stateMachineArn, now));
}

function named(name: string, now = anchor): readonly Execution[] {
  return account.executions(`arn:aws:states:us-east-1:111122223333:stateMachine:${name}`, now);
}

function eventsOf(one: Account, executionArn: string, now: number) {
  const history = one.history(executionArn, now);
  const reading = normaliseHistory(history?.page(0, history.length));
  expect(reading.problems).toEqual([]);
  return reading.events;
}

const programs = new Map<string, Program>();

function programOf({ revision }: Execution): Program {
  const known = programs.get(revision.definition);
  if (known !== undefined) return known;
  const parsed = parse(revision.definition);
  if (!parsed.ok) throw new Error('A definition of the demo account is not valid.');
  const program = compile(parsed.machine);
  programs.set(revision.definition, program);
  return program;
}

const standard = account.stateMachines(anchor).filter(({ type }) => type === 'STANDARD');

test.for(standard)(
  'every history of $name replays without divergence, to the listed status',
  ({ stateMachineArn }) => {
    const unexplained: unknown[] = [];
    for (const execution of account.executions(stateMachineArn, anchor)) {
      const { executionArn, status, stopDate } = execution;
      const events = eventsOf(account, executionArn, anchor);
      const trace = replay(programOf(execution), events, { executionArn, stateMachineArn });
      unexplained.push(...trace.divergences.map((divergence) => ({ executionArn, ...divergence })));
      if (trace.status !== status || trace.stopped !== stopDate) {
        unexplained.push({ executionArn, status, stopDate, replayed: trace.status, stopped: trace.stopped });
      }
    }
    expect(unexplained).toEqual([]);
  },
);

test('Express executions replay from their log records', () => {
  const machine = account.stateMachines(anchor).find(({ name }) => name === 'express-checkout');
  const parsed = parse(machine?.revisions[0].definition ?? '', { type: 'EXPRESS' });
  const events = account.logEvents(machine?.logging.logGroupName ?? '', anchor, 0);
  const { records, problems } = normaliseLogRecords(events.map(({ message }) => message));
  expect(problems).toEqual([]);
  const arns = new Set(records.map(({ executionArn }) => executionArn));
  expect(arns.size).toBeGreaterThan(100);
  const statuses = new Set<string>();
  for (const executionArn of arns) {
    const own = records.filter((record) => record.executionArn === executionArn).map(({ event }) => event);
    const ordered = orderEvents(own);
    if (!parsed.ok) continue;
    const trace = replay(parsed.machine, ordered.events, { type: 'EXPRESS', executionArn });
    expect(trace.divergences).toEqual([]);
    statuses.add(trace.status);
  }
  expect([...statuses].toSorted()).toEqual(['FAILED', 'SUCCEEDED']);
});

describe('the account is what an operator would meet', () => {
  test('some hundred executions in every status, some of them forgotten by AWS, some about to be', () => {
    const all = executionsOf(account, anchor);
    expect(all.length).toBeGreaterThan(500);
    const statuses = all.map(({ status }) => status);
    for (const status of ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])
      expect(statuses).toContain(status);
    const ages = all.flatMap(({ stopDate }) => (stopDate === undefined ? [] : [(anchor - stopDate) / DAY]));
    expect(ages.filter((age) => age > 90).length).toBeGreaterThan(10);
    expect(ages.filter((age) => age > 85 && age <= 90).length).toBeGreaterThan(10);
  });

  test.each([
    ['order-fulfilment', 'callback token', 5 * DAY],
    ['warehouse-robot-pick', 'activity worker', 5 * DAY],
    ['media-pipeline', 'job completion', 3 * DAY],
  ])('%s has an execution that waits for its %s', (name, waitsFor, age) => {
    const stuck = named(name).filter(
      ({ status, startDate }) => status === 'RUNNING' && anchor - startDate > age,
    );
    const [execution] = stuck;
    if (execution === undefined) throw new Error('Nothing is stuck.');
    const trace = replay(programOf(execution), eventsOf(account, execution.executionArn, anchor));
    expect(trace.pending.map((pending) => pending.waitsFor)).toContain(waitsFor);
  });

  test('a loop nears 25,000 events and fails there within hours', () => {
    const [loop] = named('sales-report').filter(
      ({ status, startDate }) => status === 'RUNNING' && anchor - startDate > 10 * HOUR,
    );
    const arn = loop?.executionArn ?? '';
    const length = account.history(arn, anchor)?.length ?? 0;
    expect(length).toBeGreaterThan(20_500);
    expect(length).toBeLessThan(21_500);
    const later = anchor + 6 * HOUR;
    expect(account.history(arn, later)?.length).toBe(25_000);
    expect(account.findExecution(arn, later)).toMatchObject({ status: 'FAILED' });
  });

  test('a definition was revised, and executions keep the one they started with', () => {
    const revisions = new Set(named('loyalty-points').map(({ revision }) => revision.revisionId));
    expect(revisions.size).toBe(2);
    expect(revisions.has(undefined)).toBe(true);
  });
});

test('the same seed, anchor and moment give the same account, however it got there', () => {
  const later = anchor + 2 * HOUR;
  const other = demoAccount({ seed: 1, anchor });
  const lived = executionsOf(account, later).map(({ revision, ...rest }) => ({
    ...rest,
    id: revision.revisionId,
  }));
  const fresh = executionsOf(other, later).map(({ revision, ...rest }) => ({
    ...rest,
    id: revision.revisionId,
  }));
  expect(fresh).toEqual(lived);
});

test('time moves: executions appear, open ones go on, nothing that has happened changes', () => {
  const later = anchor + 30 * MINUTE;
  const before = executionsOf(account, anchor);
  const after = new Map(executionsOf(account, later).map((execution) => [execution.executionArn, execution]));
  expect(after.size).toBeGreaterThan(before.length + 10);
  for (const { executionArn, stopDate } of before) {
    if (stopDate !== undefined) expect(after.get(executionArn)?.stopDate).toBe(stopDate);
  }
  const [open] = named('sales-report').filter(({ status }) => status === 'RUNNING');
  const then = eventsOf(account, open?.executionArn ?? '', anchor);
  const now = eventsOf(account, open?.executionArn ?? '', later);
  expect(now.length).toBeGreaterThan(then.length);
  expect(now.slice(0, then.length)).toEqual(then);
});

test('no log record is there before it was delivered', () => {
  for (const { logGroupName } of account.logGroups(anchor)) {
    for (const event of account.logEvents(logGroupName, anchor, 0))
      expect(event.ingestionTime).toBeLessThanOrEqual(anchor);
  }
});

test('the latest log records are the same, whether all are asked for or only they', () => {
  const logGroupName = '/aws/vendedlogs/states/express-checkout-Logs';
  const from = anchor - DAY;
  const recent = (asked: number) =>
    account.logEvents(logGroupName, anchor, asked).filter(({ timestamp }) => timestamp >= from);
  expect(recent(from).length).toBeGreaterThan(20);
  expect(recent(from)).toEqual(recent(0));
});
