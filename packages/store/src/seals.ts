import type { ChainedEntry, SealedChunk, SealedExecution } from '@steptrail/archive';
import { executionIdFloor, findExecutionIds, NOBODY } from './execution-ids.ts';
import type { Fragment, Sql } from './sql.ts';

/** What is sealed of an execution, as the archive holds it, and what is so in this installation alone. */
export interface SealableExecution extends Omit<SealedExecution, 'chunks'> {
  readonly chunks: readonly (SealedChunk & {
    /** Of the compressed bytes, hexadecimal. */
    readonly bodySha256: string;
  })[];
  readonly source: string;
  readonly sealDue: boolean;
}

/** An entry of the log of seals. */
export type SealRow = ChainedEntry;

/** Where the log of seals ends. */
export interface SealHead {
  readonly position: number;
  readonly chain: Buffer;
}

const iso = (sql: Sql, column: string): Fragment =>
  sql`to_char(${sql(`e.${column}`)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const sealable = (sql: Sql): Fragment => sql`
  e.execution_arn, e.execution_id, e.state_machine_arn, e.name, e.type, e.status,
  ${iso(sql, 'start_date')} as start_date, ${iso(sql, 'stop_date')} as stop_date, e.redrive_count,
  ${iso(sql, 'redrive_date')} as redrive_date, e.state_machine_version_arn, e.state_machine_alias_arn, e.map_run_arn,
  e.revision_id, e.definition_sha256, e.definition_assumed, e.events, e.last_event_id, e.complete, e.source, e.seal_due`;

type SealableRow = Omit<SealableExecution, 'chunks'>;

async function withChunks(sql: Sql, rows: readonly SealableRow[]): Promise<readonly SealableExecution[]> {
  const chunks = await sql<{ executionId: string; chunks: SealableExecution['chunks'] }[]>`
    select execution_id, json_agg(json_build_object(
             'firstEventId', first_event_id, 'lastEventId', last_event_id, 'events', events, 'codec', codec,
             'rawBytes', raw_bytes, 'sha256', encode(sha256, 'hex'), 'bodySha256', encode(sha256(body), 'hex'))
             order by first_event_id) as chunks
    from history_chunks where execution_id = any(${rows.map((row) => row.executionId)}::uuid[])
    group by execution_id`;
  const byId = new Map(chunks.map((one) => [one.executionId, one.chunks]));
  return rows.map((row) => ({ ...row, chunks: byId.get(row.executionId) ?? [] }));
}

/** Executions that wait for their seal, the oldest starts first. */
export async function listSealDue(sql: Sql, limit: number): Promise<readonly string[]> {
  const rows = await sql<{ executionId: string }[]>`
    select execution_id from executions where seal_due and complete order by execution_id limit ${limit}`;
  return rows.map((row) => row.executionId);
}

/**
 * Says that these are sealed, as they are in this transaction, and gives them: whoever changes one of them waits until
 * it ends, and makes it due again. Pass a transaction that holds the log's head. Not SELECT FOR UPDATE, which a
 * cluster refuses over several shards.
 */
export async function takeSealDue(
  sql: Sql,
  executionIds: readonly string[],
): Promise<readonly SealableExecution[]> {
  const ids = [...executionIds, ...NOBODY];
  await sql`
    update executions set seal_due = false where execution_id = any(${ids}::uuid[]) and seal_due and complete`;
  const rows = await sql<SealableRow[]>`
    select ${sealable(sql)} from executions e where execution_id = any(${ids}::uuid[]) and complete and not seal_due
    order by execution_id`;
  return withChunks(sql, rows);
}

/** Says that a whole execution is to be sealed again: something was added to it that is in none of its own members. */
export async function makeSealDue(sql: Sql, executionId: string): Promise<void> {
  await sql`update executions set seal_due = true where execution_id = ${executionId} and complete`;
}

/** Executions that have no seal as they are now, in the order of their ids, after the given one. */
export async function listUnsealed(
  sql: Sql,
  after: string | undefined,
  limit: number,
): Promise<readonly { readonly executionId: string; readonly executionArn: string }[]> {
  return sql`
    select execution_id, execution_arn from executions
    where (not complete or seal_due) and execution_id > ${after ?? executionIdFloor(new Date(0))}::uuid
    order by execution_id limit ${limit}`;
}

/** What the archive holds of these executions, by ARN. */
export async function readSealable(
  sql: Sql,
  executionArns: readonly string[],
): Promise<ReadonlyMap<string, SealableExecution>> {
  const ids = await findExecutionIds(sql, executionArns);
  if (ids.size === 0) return new Map();
  const rows = await sql<SealableRow[]>`
    select ${sealable(sql)} from executions e where execution_id = any(${[...ids.values()]}::uuid[])`;
  return new Map((await withChunks(sql, rows)).map((row) => [row.executionArn, row]));
}

/** Where the log ends, locked until the transaction ends: whoever appends waits here for its turn. */
export async function lockSealHead(sql: Sql): Promise<SealHead> {
  const [head] = await sql<SealHead[]>`select position::float8 as position, chain from seal_head for update`;
  if (head === undefined) throw new Error('seal_head is empty');
  return head;
}

/** Where the log ends. */
export async function readSealHead(sql: Sql): Promise<SealHead | undefined> {
  const [head] = await sql<SealHead[]>`select position::float8 as position, chain from seal_head`;
  return head;
}

/** Appends entries and moves the head behind the last; the caller holds the head. */
export async function appendSeals(sql: Sql, entries: readonly SealRow[]): Promise<void> {
  const last = entries.at(-1);
  if (last === undefined) return;
  await sql`
    insert into seals (position, kind, subject, sealed_at, statement, digest, local, chain)
    select s.position, s.kind, s.subject, s.sealed_at, s.statement, decode(s.digest, 'hex'), s.local,
           decode(s.chain, 'hex')
    from unnest(
      ${entries.map(({ position }) => position)}::bigint[], ${entries.map(({ kind }) => kind)}::text[],
      ${entries.map(({ subject }) => subject)}::text[],
      ${entries.map(({ sealedAt }) => sealedAt.toISOString())}::timestamptz[],
      ${entries.map(({ statement }) => statement)}::text[],
      ${entries.map(({ digest }) => digest.toString('hex'))}::text[], ${entries.map(({ local }) => local)}::text[],
      ${entries.map(({ chain }) => chain.toString('hex'))}::text[]
    ) as s (position, kind, subject, sealed_at, statement, digest, local, chain)`;
  await sql`update seal_head set position = ${last.position}, chain = ${last.chain}`;
}

const row = (sql: Sql): Fragment =>
  sql`position::float8 as position, kind, subject, sealed_at, statement, digest, local, chain`;

/** The entries behind a position, the oldest first. */
export async function listSeals(sql: Sql, after: number, limit: number): Promise<readonly SealRow[]> {
  return sql<SealRow[]>`
    select ${row(sql)} from seals where position > ${after} order by position limit ${limit}`;
}

/** All entries about these subjects, the oldest first. */
export async function readSealsOf(sql: Sql, subjects: readonly string[]): Promise<readonly SealRow[]> {
  return sql<SealRow[]>`
    select ${row(sql)} from seals where subject = any(${[...subjects]}::text[]) order by position`;
}

/** The last entry about a subject, undefined where there is none. */
export async function readLastSeal(sql: Sql, subject: string): Promise<SealRow | undefined> {
  const [last] = await sql<SealRow[]>`
    select ${row(sql)} from seals where subject = ${subject} order by position desc limit 1`;
  return last;
}

/** The last seals of executions that were not removed, behind a position of the log, the oldest first. */
export async function listLastSeals(sql: Sql, after: number, limit: number): Promise<readonly SealRow[]> {
  return sql<SealRow[]>`
    select ${row(sql)} from seals s
    where s.position > ${after} and s.kind = 'execution'
      and not exists (select from seals later where later.subject = s.subject and later.position > s.position)
    order by s.position limit ${limit}`;
}

/** The chain at a position of the log, undefined where it does not reach so far. */
export async function readChainAt(sql: Sql, position: number): Promise<Buffer | undefined> {
  const [entry] = await sql<{ chain: Buffer }[]>`select chain from seals where position = ${position}`;
  return entry?.chain;
}

/** How many closed executions have no seal: those that wait for it, and those whose history is not whole. */
export async function countUnsealed(
  sql: Sql,
): Promise<{ readonly waiting: number; readonly incomplete: number }> {
  const [due] = await sql<{ waiting: number }[]>`
    select count(*)::float8 as waiting from executions where seal_due`;
  const [open] = await sql<{ incomplete: number }[]>`
    select count(*)::float8 as incomplete from executions
    where not complete and status not in ('RUNNING', 'PENDING_REDRIVE')`;
  return { waiting: due?.waiting ?? 0, incomplete: open?.incomplete ?? 0 };
}
