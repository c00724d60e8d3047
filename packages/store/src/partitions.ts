import type { Client, Sql } from './sql.ts';

const ensured = new WeakMap<Client, Set<string>>();

/** Older months may be dropped when nothing is in them any more: those are asked for each time. */
const LASTING_DAYS = 60;
const DAY = 86_400_000;

function monthOf(date: Date): string {
  return date.toISOString().slice(0, 7);
}

/**
 * Begins a transaction that changes the schema or creates or drops partitions: others wait until it ends. On a cluster
 * it goes to one shard after another, as tables that refer to each other and functions demand; a plain server keeps the
 * setting and does nothing with it.
 */
export async function holdPartitions(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('steptrail partitions', 0))`;
  await sql`set local citus.multi_shard_modify_mode to 'sequential'`;
}

/**
 * Makes sure that the monthly partitions of these starts of executions exist. Call it before the transaction that
 * writes, never inside: creating a partition locks its parents. A recent month that one process has ensured it does
 * not ask for again.
 */
export async function ensurePartitions(client: Client, startDates: Iterable<Date>): Promise<void> {
  const known = ensured.get(client) ?? new Set<string>();
  ensured.set(client, known);
  const missing = [...new Set(Array.from(startDates, monthOf))].filter((month) => !known.has(month)).sort();
  for (const month of missing) {
    await client.begin(async (sql) => {
      await holdPartitions(sql);
      await sql`select create_month_partitions(${`${month}-01T00:00:00Z`}::timestamptz)`;
    });
    if (Date.parse(`${month}-01`) > Date.now() - LASTING_DAYS * DAY) known.add(month);
  }
}
