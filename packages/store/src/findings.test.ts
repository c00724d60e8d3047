import { afterAll, beforeAll, expect, test } from 'vitest';
import { listFindings } from './finding-list.ts';
import { countFindings, FINDING_SEVERITIES, type NewFinding, readFinding, syncFindings } from './findings.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const at = (minute: number) => new Date(Date.UTC(2026, 9, 5, 10, minute));
const finding = (findingId: string, given: Partial<NewFinding> = {}): NewFinding => ({
  findingId,
  ruleId: 'stuck',
  severity: 'high',
  message: 'waits',
  data: { snake_case: { inner_key: 1 }, odd: '\0 \ud800 \\u0000 😀' },
  evidence: [{ eventId: 1 }],
  ...given,
});

test('opens, keeps, resolves and opens again, each told once', async () => {
  const subject = { stateMachineArn: 'm1', executionArn: 'e1' };
  const sync = (minute: number, ids: readonly string[]) =>
    database.sql.begin(async (sql) => {
      const changes = await syncFindings(
        sql,
        subject,
        ids.map((id) => finding(id)),
        at(minute),
      );
      const names = (rows: readonly { findingId: string; openings: number }[]) =>
        rows.map((row) => `${row.findingId}/${row.openings}`).sort();
      return { opened: names(changes.opened), resolved: names(changes.resolved), kept: changes.kept };
    });
  expect(await sync(0, ['a', 'b', 'a'])).toEqual({ opened: ['a/1', 'b/1'], resolved: [], kept: 0 });
  expect(await sync(1, ['a', 'b'])).toEqual({ opened: [], resolved: [], kept: 2 });
  expect(await sync(2, ['a'])).toEqual({ opened: [], resolved: ['b/1'], kept: 1 });
  expect(await sync(3, ['a'])).toEqual({ opened: [], resolved: [], kept: 1 });
  expect(await sync(4, ['a', 'b'])).toEqual({ opened: ['b/2'], resolved: [], kept: 1 });
  expect(await sync(5, [])).toEqual({ opened: [], resolved: ['a/1', 'b/2'], kept: 0 });
  expect(await readFinding(database.sql, 'b')).toMatchObject({
    openedAt: at(4),
    resolvedAt: at(5),
    lastSeenAt: at(4),
  });
});

test('keeps the keys inside JSON, and what jsonb cannot hold as U+FFFD', async () => {
  await syncFindings(database.sql, { stateMachineArn: 'm2' }, [finding('json')], at(0));
  expect((await readFinding(database.sql, 'json'))?.data).toEqual({
    snake_case: { inner_key: 1 },
    odd: '\ufffd \ufffd \\u0000 😀',
  });
});

test('a subject never resolves the findings of another', async () => {
  const machine = { stateMachineArn: 'm3' };
  await syncFindings(database.sql, machine, [finding('m3-def', { ruleId: 'definition' })], at(0));
  await syncFindings(
    database.sql,
    { ...machine, ruleIds: ['quota'] },
    [finding('m3-all', { ruleId: 'quota' })],
    at(0),
  );
  await syncFindings(database.sql, { ...machine, executionArn: 'e3' }, [finding('m3-exec')], at(0));
  for (const subject of [
    { ...machine, executionArn: 'e4' },
    { ...machine, ruleIds: ['other'] },
    { stateMachineArn: 'm4' },
  ]) {
    expect((await syncFindings(database.sql, subject, [], at(1))).resolved).toEqual([]);
  }
  const quota = await syncFindings(database.sql, { ...machine, ruleIds: ['quota'] }, [], at(1));
  expect(quota.resolved.map((row) => row.findingId)).toEqual(['m3-all']);
});

test('lists the gravest first, then the latest, page by page', async () => {
  const own = await createTestDatabase();
  const given = Array.from({ length: 30 }, (_, n) => ({
    id: `f${String(n).padStart(2, '0')}`,
    rank: n % 5,
    minute: Math.floor(n / 7),
  }));
  for (const { id, rank, minute } of given) {
    const severity = FINDING_SEVERITIES[rank] ?? 'low';
    await syncFindings(own.sql, { stateMachineArn: `m${id}` }, [finding(id, { severity })], at(minute));
  }
  await syncFindings(own.sql, { stateMachineArn: 'mf00' }, [], at(9));
  const expected = [...given].sort(
    (a, b) => a.rank - b.rank || b.minute - a.minute || (a.id < b.id ? 1 : -1),
  );
  for (const [state, wanted] of [
    ['all', expected],
    ['open', expected.filter((one) => one.id !== 'f00')],
    ['resolved', expected.filter((one) => one.id === 'f00')],
  ] as const) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listFindings(own.sql, { state, cursor, limit: 4 });
      seen.push(...page.rows.map((row) => row.findingId));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(wanted.map((one) => one.id));
  }
  const narrow = await listFindings(own.sql, { state: 'open', severity: ['low', 'critical'], limit: 100 });
  expect(new Set(narrow.rows.map((row) => row.severity))).toEqual(new Set(['critical', 'low']));
  expect(await countFindings(own.sql)).toEqual({ critical: 5, high: 6, medium: 6, low: 6, information: 6 });
  await own.drop();
});
