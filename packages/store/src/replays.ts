import type { Trace } from '@steptrail/interpreter';
import type { Sql } from './sql.ts';
import { storedJson, storedJsonOrNull } from './stored-text.ts';

/** What is kept of a replay: `{ ...trace, interpreterVersion, recheckAt }` is one. */
export interface NewReplay
  extends Pick<
    Trace,
    | 'lastEventId'
    | 'agrees'
    | 'unverifiable'
    | 'divergences'
    | 'pending'
    | 'largestPayload'
    | 'mapRuns'
    | 'failure'
    | 'loops'
    | 'mapItems'
    | 'taken'
  > {
  readonly interpreterVersion: number;
  /** When time alone can change what the rules say. */
  readonly recheckAt?: Date | undefined;
  readonly replayedAt?: Date | undefined;
}

const DETAILS = 100;

/** Keeps a replay's counts, with the first 100 of its divergences and unverifiable comparisons. */
export async function saveReplay(sql: Sql, executionId: string, replay: NewReplay): Promise<void> {
  await sql`
    insert into replays (
      execution_id, interpreter_version, replayed_at, last_event_id, agrees, unverifiable, divergences,
      unverifiable_detail, divergence_detail, pending, largest_payload, map_runs, failure, loops, map_items,
      taken, recheck_at)
    values (
      ${executionId}, ${replay.interpreterVersion}, ${replay.replayedAt ?? new Date()}, ${replay.lastEventId},
      ${replay.agrees}, ${replay.unverifiable.length}, ${replay.divergences.length},
      ${storedJson(replay.unverifiable.slice(0, DETAILS))}::text::jsonb,
      ${storedJson(replay.divergences.slice(0, DETAILS))}::text::jsonb,
      ${storedJson(replay.pending)}::text::jsonb, ${storedJsonOrNull(replay.largestPayload)}::text::jsonb,
      ${storedJson(replay.mapRuns)}::text::jsonb, ${storedJsonOrNull(replay.failure)}::text::jsonb,
      ${storedJson(replay.loops)}::text::jsonb, ${storedJson(replay.mapItems)}::text::jsonb,
      ${storedJson(replay.taken)}::text::jsonb, ${replay.recheckAt ?? null})
    on conflict (execution_id) do update set
      interpreter_version = excluded.interpreter_version, replayed_at = excluded.replayed_at,
      last_event_id = excluded.last_event_id, agrees = excluded.agrees, unverifiable = excluded.unverifiable,
      divergences = excluded.divergences, unverifiable_detail = excluded.unverifiable_detail,
      divergence_detail = excluded.divergence_detail, pending = excluded.pending,
      largest_payload = excluded.largest_payload, map_runs = excluded.map_runs,
      failure = excluded.failure, loops = excluded.loops, map_items = excluded.map_items, taken = excluded.taken,
      recheck_at = excluded.recheck_at`;
}

/** What has to be replayed or judged again. */
export interface ReplayDue {
  readonly executionId: string;
  readonly executionArn: string;
}

const FIRST = '00000000-0000-0000-0000-000000000000';

/** Executions last replayed by an older interpreter, in the order of their ids, after the given one. */
export async function listStaleReplays(
  sql: Sql,
  interpreterVersion: number,
  after: string | undefined,
  limit: number,
): Promise<readonly ReplayDue[]> {
  return sql<ReplayDue[]>`
    select r.execution_id, e.execution_arn
    from replays r join executions e on e.execution_id = r.execution_id
    where r.interpreter_version < ${interpreterVersion} and r.execution_id > ${after ?? FIRST}::uuid
    order by r.execution_id limit ${limit}`;
}

/** A replay whose verdict time alone may change, and when. */
export interface RecheckDue extends ReplayDue {
  readonly recheckAt: Date;
}

/** Executions whose verdict time alone may have changed by `now`, the longest due first, after the given one. */
export async function listDueRechecks(
  sql: Sql,
  now: Date,
  after: Pick<RecheckDue, 'recheckAt' | 'executionId'> | undefined,
  limit: number,
): Promise<readonly RecheckDue[]> {
  const ofRest =
    after === undefined
      ? sql``
      : sql`and r.recheck_at >= ${after.recheckAt}
            and (r.recheck_at, r.execution_id) > (${after.recheckAt}, ${after.executionId}::uuid)`;
  return sql<RecheckDue[]>`
    select r.execution_id, e.execution_arn, r.recheck_at
    from replays r join executions e on e.execution_id = r.execution_id
    where r.recheck_at <= ${now} ${ofRest}
    order by r.recheck_at, r.execution_id limit ${limit}`;
}

/** Archived executions that were never replayed, in the order of their ids, after the given one. */
export async function listNeverReplayed(
  sql: Sql,
  after: string | undefined,
  limit: number,
): Promise<readonly ReplayDue[]> {
  return sql<ReplayDue[]>`
    select e.execution_id, e.execution_arn
    from executions e left join replays r on r.execution_id = e.execution_id
    where e.execution_id > ${after ?? FIRST}::uuid and r.execution_id is null
    order by e.execution_id limit ${limit}`;
}
