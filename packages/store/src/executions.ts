import { dayOfStart, executionIdFloor, findExecutionId } from './execution-ids.ts';
import type { TaskScope } from './ingest-tasks.ts';
import type { Sql } from './sql.ts';
import { storedKeyOrNull, storedText, storedTextOrNull } from './stored-text.ts';

/**
 * Why AWS does not say with which definition an execution ran. `forgotten`: it no longer has the execution; `refused`: the
 * call is not allowed, or unknown to the server; `unobserved`: of Express executions it never says that, and this one
 * started between two looks at its state machine that saw different revisions, or before the first look.
 */
export type DefinitionAssumed = 'forgotten' | 'refused' | 'unobserved';

export interface ExecutionRow {
  readonly executionId: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly source: 'history' | 'logs' | 'import';
  readonly status: string;
  readonly startDate: Date;
  readonly stopDate: Date | null;
  readonly redriveCount: number;
  readonly redriveDate: Date | null;
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly mapRunArn: string | null;
  readonly revisionId: string | null;
  readonly definitionSha256: string | null;
  /** Null: that it ran with this definition is what AWS said. */
  readonly definitionAssumed: DefinitionAssumed | null;
  /** Archived so far. */
  readonly events: number;
  readonly lastEventId: number;
  /** The history is archived to its end. */
  readonly complete: boolean;
  readonly failedState: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  /** Why it could not be archived or replayed, one sentence. */
  readonly problem: string | null;
  /** When AWS was found to have its history no more. */
  readonly forgottenAt: Date | null;
  readonly archivedAt: Date;
}

type Required =
  | 'executionId'
  | 'executionArn'
  | 'stateMachineArn'
  | 'name'
  | 'type'
  | 'source'
  | 'status'
  | 'startDate';

/** An execution to save: what is left out is null, 0 or false. */
export type NewExecution = Pick<ExecutionRow, Required> & {
  readonly [Key in Exclude<keyof ExecutionRow, Required | 'archivedAt'>]?: ExecutionRow[Key] | undefined;
};

/** What replay said of an execution; null where it was not replayed yet. */
export interface ExecutionVerdict {
  readonly interpreterVersion: number | null;
  readonly replayedAt: Date | null;
  readonly agrees: number | null;
  readonly unverifiable: number | null;
  readonly divergences: number | null;
}

/** One execution with its replay; details are what replay's trace holds, the first 100 of each. */
export type ExecutionWithReplay = ExecutionRow &
  ExecutionVerdict & {
    readonly unverifiableDetail: readonly unknown[] | null;
    readonly divergenceDetail: readonly unknown[] | null;
    readonly pending: readonly unknown[] | null;
    readonly largestPayload: unknown;
    readonly mapRuns: readonly unknown[] | null;
    readonly failure: unknown;
    readonly loops: readonly unknown[] | null;
    readonly mapItems: readonly unknown[] | null;
    readonly taken: readonly unknown[] | null;
    readonly recheckAt: Date | null;
    /** It is closed and whole, and waits for its seal. */
    readonly sealDue: boolean;
  };

/**
 * Inserts or updates an execution. An older state never overrides a newer one: a higher redriveCount wins, then an
 * end over RUNNING, then the higher lastEventId; the numbers of what is archived never go back within one redrive.
 * Its partition must exist (`ensurePartitions`). Tells whether the given state was the newer, and so was taken.
 */
export async function saveExecution(sql: Sql, given: NewExecution): Promise<boolean> {
  const taken = await sql`
    insert into executions as kept (
      execution_id, execution_arn, state_machine_arn, name, type, source, status, start_date, stop_date,
      redrive_count, redrive_date, state_machine_version_arn, state_machine_alias_arn, map_run_arn, revision_id,
      definition_sha256, definition_assumed, events, last_event_id, complete, failed_state, error, cause, problem,
      seal_due, forgotten_at)
    values (
      ${given.executionId}, ${given.executionArn}, ${given.stateMachineArn}, ${storedText(given.name)}, ${given.type},
      ${given.source}, ${given.status}, ${given.startDate}, ${given.stopDate ?? null},
      ${given.redriveCount ?? 0}, ${given.redriveDate ?? null}, ${given.stateMachineVersionArn ?? null},
      ${given.stateMachineAliasArn ?? null}, ${given.mapRunArn ?? null}, ${given.revisionId ?? null},
      ${given.definitionSha256 ?? null}, ${given.definitionAssumed ?? null}, ${given.events ?? 0},
      ${given.lastEventId ?? 0}, ${given.complete ?? false},
      ${storedKeyOrNull(given.failedState)}, ${storedKeyOrNull(given.error)}, ${storedTextOrNull(given.cause)},
      ${storedTextOrNull(given.problem)}, ${given.complete ?? false}, ${given.forgottenAt ?? null})
    on conflict (execution_id) do update set
      source = excluded.source, status = excluded.status, stop_date = excluded.stop_date,
      redrive_count = excluded.redrive_count,
      redrive_date = coalesce(excluded.redrive_date, kept.redrive_date),
      state_machine_version_arn = coalesce(excluded.state_machine_version_arn, kept.state_machine_version_arn),
      state_machine_alias_arn = coalesce(excluded.state_machine_alias_arn, kept.state_machine_alias_arn),
      map_run_arn = coalesce(excluded.map_run_arn, kept.map_run_arn),
      revision_id = coalesce(excluded.revision_id, kept.revision_id),
      definition_sha256 = coalesce(excluded.definition_sha256, kept.definition_sha256),
      definition_assumed = case when excluded.definition_sha256 is null then
        coalesce(excluded.definition_assumed, kept.definition_assumed) else excluded.definition_assumed end,
      events = greatest(excluded.events, kept.events),
      last_event_id = greatest(excluded.last_event_id, kept.last_event_id),
      complete = excluded.complete or (kept.complete and excluded.redrive_count = kept.redrive_count
                                       and excluded.status = kept.status),
      failed_state = excluded.failed_state, error = excluded.error, cause = excluded.cause,
      problem = excluded.problem, forgotten_at = coalesce(kept.forgotten_at, excluded.forgotten_at),
      seal_due = kept.seal_due or (excluded.complete and (
        excluded.status, excluded.stop_date, excluded.redrive_count, excluded.redrive_date, excluded.revision_id,
        excluded.definition_sha256, excluded.definition_assumed, excluded.events, excluded.source,
        excluded.map_run_arn, true)
        is distinct from (
        kept.status, kept.stop_date, kept.redrive_count, kept.redrive_date, kept.revision_id,
        kept.definition_sha256, kept.definition_assumed, kept.events, kept.source, kept.map_run_arn,
        kept.complete)),
      archived_at = case when (excluded.status, excluded.last_event_id) is distinct from
                              (kept.status, kept.last_event_id) then excluded.archived_at else kept.archived_at end
    where (excluded.redrive_count, (excluded.status not in ('RUNNING', 'PENDING_REDRIVE'))::int, excluded.last_event_id)
       >= (kept.redrive_count, (kept.status not in ('RUNNING', 'PENDING_REDRIVE'))::int,
           kept.last_event_id)
    returning true`;
  return taken.length === 1;
}

/** The newest executions, children of Map Runs apart, of which AWS has refused to say with which definition they ran, before one of them. */
export async function listRefusedDefinitions(
  sql: Sql,
  scope: TaskScope | undefined,
  before: string | undefined,
  limit: number,
): Promise<readonly ExecutionRow[]> {
  const ofScope =
    scope === undefined
      ? sql``
      : sql`and split_part(execution_arn, ':', 5) = ${scope.accountId}
            and split_part(execution_arn, ':', 4) = ${scope.region}`;
  const ofRest = before === undefined ? sql`` : sql`and execution_id < ${before}`;
  return sql<ExecutionRow[]>`
    select * from executions where definition_assumed = 'refused' and map_run_arn is null ${ofScope} ${ofRest}
    order by execution_id desc limit ${limit}`;
}

/**
 * Takes an execution out with all that hangs on it, its id too, as if it had never been there; findings about it stay.
 * Pass a transaction that puts it in again.
 */
export async function forgetExecution(
  sql: Sql,
  { executionId, executionArn }: Pick<ExecutionRow, 'executionId' | 'executionArn'>,
): Promise<void> {
  await sql`delete from executions where execution_id = ${executionId}`;
  await sql`delete from execution_ids where execution_arn = ${executionArn}`;
}

/** One execution with what replay said of it, undefined where it is not archived. */
export async function readExecution(
  sql: Sql,
  executionArn: string,
): Promise<ExecutionWithReplay | undefined> {
  const executionId = await findExecutionId(sql, executionArn);
  if (executionId === undefined) return undefined;
  const [row] = await sql<ExecutionWithReplay[]>`
    select e.*, r.interpreter_version, r.replayed_at, r.agrees, r.unverifiable, r.divergences,
           r.unverifiable_detail, r.divergence_detail, r.pending, r.largest_payload, r.map_runs,
           r.failure, r.loops, r.map_items, r.taken, r.recheck_at
    from executions e left join replays r on r.execution_id = e.execution_id
    where e.execution_id = ${executionId}`;
  return row;
}

/**
 * Executions by UTC day of start and status, oldest day first; read from indexes alone, as the id carries the time.
 * `from` is included, `to` is not.
 */
export async function countExecutionsByDay(
  sql: Sql,
  within: { readonly from: Date; readonly to: Date; readonly stateMachineArn?: string | undefined },
): Promise<readonly { readonly day: string; readonly status: string; readonly count: number }[]> {
  const ofMachine =
    within.stateMachineArn === undefined ? sql`` : sql`and state_machine_arn = ${within.stateMachineArn}`;
  return sql<{ day: string; status: string; count: number }[]>`
    select ${dayOfStart(sql)} as day, status, count(*)::float8 as count
    from executions
    where execution_id >= ${executionIdFloor(within.from)} and execution_id < ${executionIdFloor(within.to)} ${ofMachine}
    group by 1, 2 order by 1, 2`;
}
