import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connect,
  countExecutionsByDay,
  type ExecutionFilter,
  listExecutions,
  listStateMachines,
  listTopErrors,
  listVisits,
  readExecution,
} from '@steptrail/store';
import { announceTestServer, createTestDatabase, removeTestServer } from '@steptrail/store/testing';
import { FROM, fillStore, machineArn } from './large-store.ts';
import { report, reportSkipped } from './measure.ts';

type Client = ReturnType<typeof connect>;
type Read = (sql: Client, round: number) => Promise<{ readonly rows: readonly unknown[] } | unknown>;

const ROUNDS = 25;
const EXECUTIONS = 1_000_000;
const VISITS_EACH = 10;
const DAY = 86_400_000;
/** Milliseconds within which a page should be there. */
const AIM = 100;
/** Seconds within which the archive should be filled. */
const FILL_AIM = 120;

const day = (n: number) => new Date(FROM.getTime() + n * DAY);

const list =
  (filterOf: (round: number) => Omit<ExecutionFilter, 'limit'>): Read =>
  (sql, round) =>
    listExecutions(sql, { ...filterOf(round), limit: 50 });

/** Each query of the lists, with other arguments each round. */
const READS: Readonly<Record<string, Read>> = {
  executions: list(() => ({})),
  'executions, a page far back': list((n) => ({ to: day(300 - n * 7) })),
  'executions of a state machine': list((n) => ({ stateMachineArn: machineArn(n) })),
  'executions by status': list(() => ({ status: ['FAILED', 'RUNNING'] })),
  'executions of a state machine by status': list((n) => ({
    stateMachineArn: machineArn(n * 2),
    status: ['FAILED'],
  })),
  'executions of a day': list((n) => ({ from: day(n * 10), to: day(n * 10 + 1) })),
  'executions by name': list((n) => ({ search: `order-${1_000 + n * 37}` })),
  'executions by a name that all have': list(() => ({ search: 'order-' })),
  'executions by error': list((n) => ({ error: `Error${n}` })),
  'executions by failed state': list((n) => ({ failedState: `State${(n % 2) * 5}` })),
  'executions by duration': list((n) => ({ minDuration: 12_000 - n })),
  'executions by a duration that most have': list((n) => ({ minDuration: n })),
  'executions by number of events': list((n) => ({ minEvents: 5_000 - n })),
  'executions by tag': list((n) => ({ tag: { key: 'team', value: `team-${n % 20}` } })),
  'executions that diverge': list(() => ({ diverging: true })),
  'executions by value': list((n) => ({ value: `A-${n * 39_000 + 1}` })),
  'executions by a value that most have': list(() => ({ value: 'EUR' })),
  'executions by value at a path': list((n) => ({ value: `C-${n * 1_500}`, path: '$.customer.id' })),
  'executions by the beginning of a value': list((n) => ({ valuePrefix: `A-${n * 39 + 10_000}` })),
  'executions by the beginning of a value that all have': list(() => ({
    valuePrefix: 'sku-',
    path: '$.items[*].sku',
  })),
  'executions by value, status and time': list((n) => ({
    value: `sku-${n * 50}`,
    status: ['FAILED'],
    from: day(10),
    to: day(300),
  })),
  'executions by failed state, duration and events': list((n) => ({
    failedState: 'State0',
    minDuration: 5_000 + n,
    maxEvents: 1_000,
  })),
  'executions by what only old ones have': list((n) => ({ value: 'USD', error: `Error${n}`, to: day(360) })),
  'executions by what none has': list(() => ({
    valuePrefix: 'sku-',
    status: ['SUCCEEDED'],
    minDuration: 11_000,
    maxEvents: 10,
  })),
  'one execution': (sql, n) => readExecution(sql, executionArn(n)),
  'visits of an execution': async (sql, n) => {
    const found = await readExecution(sql, executionArn(n));
    return listVisits(sql, found?.executionId ?? '', { limit: 50 });
  },
  'top errors of a day': (sql, n) => listTopErrors(sql, { from: day(n * 10), to: day(n * 10 + 1) }),
  'executions by day, of a week': (sql, n) =>
    countExecutionsByDay(sql, { from: day(n * 10), to: day(n * 10 + 7) }),
  'state machines with their counts': (sql) => listStateMachines(sql, { limit: 20 }),
};

function executionArn(n: number): string {
  const at = n * 39_000 + 1;
  return `${machineArn((at * 7_919) % 200).replace(':stateMachine:', ':execution:')}:order-${at}`;
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** How often tables were read whole, by PostgreSQL's own count; those of less than 1 MB it rightly reads so. */
async function countSequentialScans(sql: Client): Promise<Map<string, number>> {
  await sql`select pg_stat_force_next_flush()`;
  const rows = await sql<{ relname: string; scans: number }[]>`
    select relname, seq_scan::int as scans from pg_stat_user_tables where pg_relation_size(relid) > 1048576`;
  return new Map(rows.map((row) => [row.relname, row.scans]));
}

async function measureReads(sql: Client): Promise<void> {
  for (const [name, read] of Object.entries(READS)) {
    const before = await countSequentialScans(sql);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const from = performance.now();
      await read(sql, round);
      times.push(performance.now() - from);
    }
    const after = await countSequentialScans(sql);
    const scanned = [...after]
      .filter(([table, scans]) => scans > (before.get(table) ?? 0))
      .map(([table]) => table);
    const p95 = percentile(times, 0.95);
    const p50 = percentile(times, 0.5);
    report(`list over 1M executions: ${name}`, p50, 'ms', {
      floor: AIM,
      ratio: p50 / AIM,
      p95: Number(p95.toPrecision(4)),
      sequentialScans: scanned,
    });
    if (scanned.length > 0) {
      process.exitCode = 1;
      console.error(`${name}: PostgreSQL read ${scanned.join(', ')} whole, where an index should have led.`);
    }
  }
}

/**
 * Every list of the API over 1 million executions and 10 million visits, asserting that none reads a table whole.
 * `floor` is what a page may take; value and p95 are milliseconds.
 */
export async function benchStore(): Promise<void> {
  if (process.env.CI !== undefined) {
    reportSkipped('list over 1M executions', 'filling the archive takes minutes; run it outside CI');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'steptrail-bench-'));
  await chmod(folder, 0o755); // as root the database runs as another user, who must get there
  announceTestServer(folder);
  const database = await createTestDatabase({ max: 1 });
  const { sql, url } = database;
  try {
    const from = performance.now();
    await fillStore(() => connect(url, { max: 1 }), { executions: EXECUTIONS, visitsEach: VISITS_EACH });
    const seconds = (performance.now() - from) / 1000;
    report('filling the archive with 1M executions, 10M visits', seconds, 's', {
      floor: FILL_AIM,
      ratio: seconds / FILL_AIM,
    });
    await measureReads(sql);
  } finally {
    await database.drop();
    await removeTestServer(folder);
  }
}
