import { createHash } from 'node:crypto';
import type { Fragment, Sql } from './sql.ts';

const LATEST = 2 ** 48 - 1;

/** Milliseconds as the first 12 hexadecimal digits of a UUID version 7, kept within what 48 bits hold. */
function timeDigits(at: Date): string {
  const milliseconds = Number.isNaN(at.getTime()) ? 0 : at.getTime();
  return Math.min(Math.max(milliseconds, 0), LATEST).toString(16).padStart(12, '0');
}

function dashed(digits: string): string {
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-');
}

/**
 * The time-ordered UUID of an execution: version 7 (RFC 9562, section 5.7) with the time of its start in
 * milliseconds and, in place of random bits, the sha256 of its ARN. The same arguments give the same UUID everywhere.
 */
export function executionIdFor(executionArn: string, startDate: Date): string {
  const hash = createHash('sha256').update(executionArn).digest('hex');
  const variant = (8 + (Number.parseInt(hash.slice(3, 4), 16) & 3)).toString(16);
  return dashed(`${timeDigits(startDate)}7${hash.slice(0, 3)}${variant}${hash.slice(4, 19)}`);
}

/** The smallest UUID of an instant, as SQL's `uuid_floor`: executions started at or after it are not below. */
export function executionIdFloor(at: Date): string {
  return dashed(`${timeDigits(at)}${'0'.repeat(20)}`);
}

/**
 * The day of start (YYYY-MM-DD, UTC) that the column execution_id carries, read from an index alone. Written out, for
 * a cluster's workers know no function of ours.
 */
export function dayOfStart(sql: Sql): Fragment {
  return sql`to_char(
    to_timestamp(('x' || left(replace(execution_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) at time zone 'UTC',
    'YYYY-MM-DD')`;
}

/** The execution's id: the one that was first given to this ARN, else the one made from this start, now kept. */
export async function rememberExecutionId(sql: Sql, executionArn: string, startDate: Date): Promise<string> {
  const made = executionIdFor(executionArn, startDate);
  const kept = await sql`
    insert into execution_ids (execution_arn, execution_id) values (${executionArn}, ${made})
    on conflict (execution_arn) do nothing returning execution_id`;
  if (kept.length === 1) return made;
  return (await findExecutionId(sql, executionArn)) ?? made;
}

/** The id of the execution with this ARN, undefined where none was given to it. */
export async function findExecutionId(sql: Sql, executionArn: string): Promise<string | undefined> {
  const [row] = await sql<{ executionId: string }[]>`
    select execution_id from execution_ids where execution_arn = ${executionArn}`;
  return row?.executionId;
}

/**
 * The ids of these executions by ARN, where one was given. A step of its own wherever executions are asked for by
 * ARN: this table is local on a cluster, and with the ids at hand the next query finds its shards.
 */
export async function findExecutionIds(
  sql: Sql,
  executionArns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await sql<{ executionArn: string; executionId: string }[]>`
    select execution_arn, execution_id from execution_ids where execution_arn = any(${[...executionArns]}::text[])`;
  return new Map(rows.map((row) => [row.executionArn, row.executionId]));
}

/** Gives an ARN the id that it has in another archive, unless it has one here: the id that counts is returned. */
export async function adoptExecutionId(sql: Sql, executionArn: string, executionId: string): Promise<string> {
  await sql`
    insert into execution_ids (execution_arn, execution_id) values (${executionArn}, ${executionId})
    on conflict (execution_arn) do nothing`;
  return (await findExecutionId(sql, executionArn)) ?? executionId;
}

/** The time of start that an id made by `executionIdFor` carries. */
export function timeOfExecutionId(executionId: string): Date {
  return new Date(Number.parseInt(executionId.replaceAll('-', '').slice(0, 12), 16));
}

/**
 * Ids of no execution, on different shards of any cluster. With them a change by id goes to more than one shard, and so
 * is prepared and then committed together with what the transaction changes on the coordinator; one shard alone would
 * commit first, and a crash in between would lose the rest. Only for transactions that wait for each other anyway:
 * changes of several shards do.
 */
export const NOBODY: readonly string[] = [
  '00000000-0000-0000-0000-000000000000',
  '00000000-0000-0000-0000-000000000001',
];
