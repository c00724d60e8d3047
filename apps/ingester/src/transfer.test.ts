import { CODECS } from '@steptrail/archive';
import { listConflicts, listProblems, readExecution } from '@steptrail/store';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ExportOptions, exportArchive, isOwnCursor } from './export-archive.ts';
import { type FileLine, importExport } from './import-export.ts';
import type { ImportOutcome, ImportProblem } from './import-ledger.ts';
import { ingestOnce } from './ingest.ts';
import { executionArn, expressArn, type TestMachine, testAccount } from './testing/account.ts';
import { dump, rowsOf } from './testing/dump.ts';
import {
  APPROVAL,
  approvalHistory,
  CHECKOUT,
  checkoutHistory,
  DAY,
  HOUR,
  LOOP,
  loopHistory,
  MINUTE,
  redrivenHistory,
  START,
} from './testing/events.ts';
import { openWorld, type TestWorld } from './testing/world.ts';
import { verifyArchive } from './verify-archive.ts';

type Sql = TestDatabase['sql'];
const NOW = START + 2 * DAY;
const QUICK = executionArn('Approvals', 'quick');
const LONG = executionArn('Loop', 'long');

function shop(at = START): readonly TestMachine[] {
  return [
    {
      name: 'Approvals',
      definition: APPROVAL,
      histories: {
        quick: approvalHistory(at, MINUTE),
        waiting: approvalHistory(at),
        redriven: redrivenHistory(at, at + HOUR),
      },
    },
    { name: 'Loop', definition: LOOP, histories: { long: loopHistory(at, 300) } },
    { name: 'Checkout', type: 'EXPRESS', definition: CHECKOUT, histories: { a: checkoutHistory(at) } },
  ];
}

async function openArchive(machines = shop(), now = NOW): Promise<TestWorld> {
  const world = await openWorld(testAccount(machines), now);
  await ingestOnce(world.context);
  return world;
}

async function openEmpty(): Promise<Sql> {
  const db = await createTestDatabase();
  onTestFinished(() => db.drop());
  return db.sql;
}

async function exported(sql: Sql, options: Partial<ExportOptions> = {}) {
  const lines: string[] = [];
  const damages: string[] = [];
  const report = await exportArchive(sql, {
    now: () => new Date(NOW),
    onDamage: (message) => damages.push(message),
    ...options,
    write: (line) => {
      lines.push(line);
    },
  });
  return { lines, damages, report };
}

async function* numbered(lines: readonly string[]): AsyncGenerator<FileLine> {
  for (const [index, text] of lines.entries()) yield { number: index + 1, text };
}

async function imported(sql: Sql, lines: readonly string[], accountId?: string) {
  const problems: ImportProblem[] = [];
  const outcomes: Record<string, ImportOutcome> = {};
  const proved = new Set<string>();
  await importExport(
    {
      sql,
      file: 'a.jsonl',
      accountId,
      now: () => new Date(NOW),
      onProblem: (problem) => problems.push(problem),
      onExecution: (arn, outcome, isProved) => {
        outcomes[arn] = outcome;
        if (isProved) proved.add(arn);
      },
    },
    numbered(lines),
  );
  return { problems, outcomes, proved };
}

async function verify(sql: Sql) {
  const damages: string[] = [];
  const report = await verifyArchive(sql, { onDamage: ({ message }) => damages.push(message) });
  return { damages, ...report };
}

/** The lines between the first and the last, which speak of this export alone. */
const content = (lines: readonly string[]) => lines.slice(1, -1).toSorted();

const places = (lines: readonly string[], arn: string) =>
  lines.flatMap((line, index) => (line.includes(arn) ? [index] : []));

it('what is exported and imported gives the same export again, and the same conclusions', async () => {
  const { db } = await openArchive();
  const first = await exported(db.sql);
  expect(first).toMatchObject({ damages: [], report: { executions: 5, unsealed: 1 } });
  const sql = await openEmpty();
  const { problems, outcomes } = await imported(sql, first.lines);
  expect(problems).toEqual([]);
  expect(Object.values(outcomes)).toEqual(Array(5).fill('imported'));
  const second = await exported(sql);
  expect(content(second.lines)).toEqual(content(first.lines));
  expect(await verify(sql)).toMatchObject({ damages: [], verified: 4, waiting: 0 });
  expect(await verify(db.sql)).toMatchObject({ damages: [], verified: 4 });
  const concluded = async (of: Sql) =>
    rowsOf(
      await dump(of),
      ...['history_chunks', 'replays', 'visits', 'failures', 'definitions', 'state_machine_revisions'],
    );
  // Of what a file says to run nobody knows whether it waits still.
  const waiting = (await readExecution(db.sql, executionArn('Approvals', 'waiting')))?.executionId ?? '';
  const isKnown = (line: string) => !line.startsWith('replays') || !line.includes(waiting);
  expect((await concluded(sql)).filter(isKnown)).toEqual((await concluded(db.sql)).filter(isKnown));

  const before = await dump(sql, { exact: true });
  const again = await imported(sql, second.lines);
  expect(Object.values(again.outcomes)).toEqual(Array(5).fill('unchanged'));
  expect(await dump(sql, { exact: true })).toEqual(before);
  expect((await imported(db.sql, second.lines)).problems).toEqual([]);
});

it('what has no seal yet is exported as it is, marked, and taken over without proof; its end comes with a later export', async () => {
  const { db, context, setNow } = await openArchive(
    shop().map((machine) =>
      machine.name === 'Approvals'
        ? { ...machine, histories: { ...machine.histories, ending: approvalHistory(START, 3 * DAY) } }
        : machine,
    ),
  );
  const ENDING = executionArn('Approvals', 'ending');
  const WAITING = executionArn('Approvals', 'waiting');
  const first = await exported(db.sql);
  expect(first).toMatchObject({ damages: [], report: { executions: 6, unsealed: 2 } });
  const marked = first.lines.filter((line) => line.includes('"sealed":false'));
  expect(marked.map((line) => JSON.parse(line).statement.executionArn).sort()).toEqual([ENDING, WAITING]);

  const sql = await openEmpty();
  const before = await imported(sql, first.lines);
  expect(before.problems).toEqual([]);
  expect(
    Object.keys(before.outcomes)
      .filter((arn) => !before.proved.has(arn))
      .sort(),
  ).toEqual([ENDING, WAITING]);
  expect(await readExecution(sql, ENDING)).toMatchObject({ status: 'RUNNING', events: 5, complete: false });
  expect(await verify(sql)).toMatchObject({ damages: [], verified: 4 });
  expect(Object.values((await imported(sql, first.lines)).outcomes)).toEqual(Array(6).fill('unchanged'));
  expect(content((await exported(sql)).lines)).toEqual(content(first.lines));

  setNow(START + 4 * DAY);
  await ingestOnce(context);
  const later = await exported(db.sql, { since: first.report.cursor });
  expect(later.report).toMatchObject({ executions: 2, unsealed: 1 });
  const after = await imported(sql, later.lines);
  expect(after).toMatchObject({ problems: [], outcomes: { [ENDING]: 'extended', [WAITING]: 'unchanged' } });
  expect(after.proved).toEqual(new Set([ENDING]));
  expect(await verify(sql)).toMatchObject({ damages: [], verified: 5 });
  // An older file says nothing new, and takes nothing back.
  expect(new Set(Object.values((await imported(sql, first.lines)).outcomes))).toEqual(new Set(['unchanged']));
  expect(content((await exported(sql)).lines)).toEqual(content((await exported(db.sql)).lines));
});

it('a history that is not whole is exported as far as it is known, and damaged ones are told', async () => {
  const { db } = await openArchive();
  await db.sql`update executions set complete = false, seal_due = false where execution_arn = ${LONG}`;
  const { lines, report } = await exported(db.sql);
  expect(report).toMatchObject({ executions: 5, unsealed: 2, damaged: 0 });
  const sql = await openEmpty();
  expect((await imported(sql, lines)).outcomes[LONG]).toBe('imported');
  expect(await readExecution(sql, LONG)).toMatchObject({ events: 1202, complete: false, status: 'ABORTED' });
  await db.sql`
    update history_chunks set body = ${Buffer.from('no gzip')}
    where execution_id = (select execution_id from executions where execution_arn = ${LONG}) and first_event_id = 1001`;
  const damaged = await exported(db.sql);
  expect(damaged).toMatchObject({ report: { executions: 4, unsealed: 1, damaged: 1 } });
  expect(damaged.damages).toEqual([expect.stringContaining(`${LONG} was left out`)]);
});

it('each line holds one chunk at most', async () => {
  const { db } = await openArchive();
  const { lines } = await exported(db.sql);
  expect(places(lines, `"executionArn":"${LONG}"`)).toHaveLength(3); // the execution, and 1202 events in two
});

it('an export since another holds what was sealed after it', async () => {
  const world = await openArchive(shop(), START + 30 * MINUTE);
  const first = await exported(world.db.sql);
  expect(await isOwnCursor(world.db.sql, first.report.cursor)).toBe(true);
  world.setNow(NOW);
  await ingestOnce(world.context);
  const { lines, report } = await exported(world.db.sql, { since: first.report.cursor });
  expect(report).toMatchObject({ executions: 2, unsealed: 1 });
  expect(places(lines, 'execution:Approvals:redriven').length).toBeGreaterThan(0);
  const sql = await openEmpty();
  await imported(sql, first.lines);
  const { outcomes, problems } = await imported(sql, lines);
  expect(problems).toEqual([]);
  expect(outcomes).toEqual({
    [executionArn('Approvals', 'redriven')]: 'extended',
    [executionArn('Approvals', 'waiting')]: 'unchanged',
  });
  expect(await verify(sql)).toMatchObject({ damages: [], waiting: 0 });
  // The older file says nothing new, and nothing else.
  expect((await imported(sql, first.lines)).outcomes[executionArn('Approvals', 'redriven')]).toBe(
    'unchanged',
  );
  const none = await exported(world.db.sql, { since: report.cursor });
  expect(none.report).toMatchObject({ executions: 1, unsealed: 1 });
  expect(await isOwnCursor(sql, report.cursor)).toBe(false);
});

it('filters by state machine and start', async () => {
  const { db } = await openArchive();
  const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:Loop';
  expect((await exported(db.sql, { stateMachineArn })).report.executions).toBe(1);
  expect((await exported(db.sql, { to: new Date(START) })).report.executions).toBe(0);
  expect((await exported(db.sql, { from: new Date(START) })).report.executions).toBe(5);
});

it('what is not as it was sealed is left out and told', async () => {
  const { db } = await openArchive();
  await db.sql`update executions set status = 'ABORTED' where execution_arn = ${QUICK}`;
  await db.sql`update history_chunks set body = '\\x00' where first_event_id = 1001`;
  const { lines, damages, report } = await exported(db.sql);
  expect(report).toMatchObject({ executions: 3, unsealed: 1, damaged: 2 });
  expect(damages.toSorted().join('\n')).toMatch(
    /quick is not as it was sealed[\s\S]*long was left out: The chunk/,
  );
  expect(places(lines, QUICK)).toEqual([]);
});

describe('bad files', () => {
  const lineOf = (lines: readonly string[], part: string) =>
    lines.findIndex((line) => line.includes(part)) + 1;

  it('cut anywhere: what is whole before is imported, and the cut is told with its line', async () => {
    const { db } = await openArchive();
    const { lines } = await exported(db.sql);
    const sql = await openEmpty();
    const text = lines.join('\n');
    const cut = text.slice(0, Math.floor(text.length / 2)).split('\n');
    const { problems, outcomes } = await imported(sql, cut);
    expect(problems.at(-1)).toMatchObject({
      line: cut.length,
      message: expect.stringContaining('the file is cut here'),
    });
    expect(Object.values(outcomes)).toContain('imported');
    expect(await verify(sql)).toMatchObject({ damages: [] });
    expect((await imported(sql, lines)).problems).toEqual([]);
    expect(content((await exported(sql)).lines)).toEqual(content(lines));
  });

  const changes: readonly {
    readonly what: string;
    readonly change: (lines: readonly string[]) => readonly string[];
    readonly refused: string | undefined;
    readonly message: RegExp;
  }[] = [
    {
      what: 'an event changed',
      change: (lines) => lines.map((line) => line.replace('"approved\\":true', '"approved\\":null')),
      refused: QUICK,
      message: /quick was refused: its events 1 to 8 are not those that were sealed/,
    },
    {
      what: 'a sealed fact changed',
      change: (lines) =>
        lines.map((line) => (line.includes(`"statement"`) ? line.replace('"SUCCEEDED"', '"FAILED"') : line)),
      refused: QUICK,
      message: /was changed: its seal does not have its digest; it was passed over/,
    },
    {
      what: 'a line of events taken out',
      change: (lines) => lines.filter((_, index) => index !== places(lines, LONG).at(-1)),
      refused: LONG,
      message: /long was refused: its events from 1001 on are missing/,
    },
    {
      what: 'lines of events exchanged',
      change: (lines) => {
        const [, one = 0, other = 0] = places(lines, LONG);
        return lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '');
      },
      refused: LONG,
      message: /long was refused: its events 1 to 1000 are not in their place/,
    },
    {
      what: 'a line of garbage between',
      change: (lines) => lines.toSpliced(places(lines, LONG).at(-1) ?? 0, 0, '{"kind":"eve'),
      refused: LONG,
      message: /long was refused: its events from 1001/,
    },
    {
      what: 'an execution taken out whole',
      change: (lines) => lines.filter((_, index) => !places(lines, QUICK).includes(index)),
      refused: undefined,
      message: /it should hold 5 executions and holds 4/,
    },
  ];
  it.each(changes)('$what: told, and the others imported', async ({ change, refused, message }) => {
    const { db } = await openArchive();
    const { lines } = await exported(db.sql);
    const sql = await openEmpty();
    const { problems, outcomes } = await imported(sql, change(lines));
    expect(problems.map((one) => one.message).join('\n')).toMatch(message);
    if (refused !== undefined) {
      expect(outcomes[refused]).toBe('refused');
      expect(await readExecution(sql, refused)).toBeUndefined();
    }
    expect(Object.values(outcomes).filter((outcome) => outcome === 'imported').length).toBeGreaterThan(0);
    expect(await verify(sql)).toMatchObject({ damages: [], waiting: 0 });
  });

  it('another account is refused where one is given, and taken where none is', async () => {
    const { db } = await openArchive();
    const { lines } = await exported(db.sql);
    const sql = await openEmpty();
    const { problems, outcomes } = await imported(sql, lines, '999999999999');
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['refused']));
    expect(problems[0]).toMatchObject({
      line: lineOf(lines, '"statement"'),
      message: expect.stringContaining('it is of account 123456789012, and only 999999999999 is wanted'),
    });
    expect(await sql`select from executions`).toHaveLength(0);
  });

  it('a history that says otherwise than the archive is kept as evidence, and nothing is overwritten', async () => {
    const { db } = await openArchive();
    const before = await dump(db.sql, { exact: true });
    const other = await openArchive(
      shop().map((machine) =>
        machine.name === 'Loop' ? { ...machine, histories: { long: changeOne(machine) } } : machine,
      ),
    );
    const { lines } = await exported(other.db.sql, {
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Loop',
    });
    const { problems, outcomes } = await imported(db.sql, lines);
    expect(outcomes).toEqual({ [LONG]: 'conflict' });
    expect(problems[0]?.message).toMatch(/long conflicts with the archive in event 1100: the archive stays/);
    const { rows: evidence } = await listConflicts(db.sql, LONG, { limit: 10 });
    expect(evidence).toMatchObject([{ firstEventId: 1001, origin: expect.stringMatching(/^a\.jsonl:\d+$/) }]);
    expect(await listProblems(db.sql)).toMatchObject([{ code: 'ImportConflict' }]);
    await imported(db.sql, lines);
    expect((await listConflicts(db.sql, LONG, { limit: 10 })).rows).toHaveLength(1);
    const told = /^(ingest_problems|import_conflicts) /;
    expect((await dump(db.sql, { exact: true })).filter((line) => !told.test(line))).toEqual(before);
    expect(await verify(db.sql)).toMatchObject({ damages: [] });
  });
});

/** The history of the loop with another time in one event. */
function changeOne(machine: TestMachine) {
  const history = machine.histories.long ?? [];
  return history.map((one) => (one.id === 1100 ? { ...one, timestamp: one.timestamp + 0.001 } : one));
}

it('an Express execution keeps its records and their codec', async () => {
  const { db } = await openArchive();
  const sql = await openEmpty();
  await imported(sql, (await exported(db.sql)).lines);
  const arn = expressArn('Checkout', 'a');
  expect(await readExecution(sql, arn)).toMatchObject({
    source: 'import',
    type: 'EXPRESS',
    complete: true,
    events: 6,
  });
  const [chunk] = await sql`
    select codec from history_chunks join executions using (execution_id) where execution_arn = ${arn}`;
  expect(chunk?.codec).toBe(CODECS.logRecords);
});
