import { CODECS } from '@steptrail/archive';
import type { LogLevel } from '@steptrail/history';
import { INTERPRETER_VERSION } from '@steptrail/interpreter';
import {
  type Client,
  clearProblem,
  type ExecutionWithReplay,
  listDueRechecks,
  listExecutions,
  listNeverReplayed,
  listSightings,
  listStaleReplays,
  type RecheckDue,
  readCodec,
  readExecution,
  readProblem,
  readStateMachine,
  reportProblem,
  type Sql,
  saveExecution,
} from '@steptrail/store';
import { concludeExpress } from './archive-express-execution.ts';
import { definitionOf, labelOf, resolveChild } from './child-definition.ts';
import { conclude, type Judging } from './conclude.ts';
import { type IngestContext, present } from './context.ts';
import type { Definition } from './definitions.ts';
import { describeDisorder } from './describe-disorder.ts';
import { breaksOff, isClosed, statusAfter } from './history-end.ts';
import { isOfContent, isOfOneExecution, strangenessOf } from './problems.ts';
import type { RanWith } from './ran-with.ts';
import { readArchived } from './read-archived.ts';
import { startReading } from './read-through.ts';
import type { Resolved } from './revisions.ts';

const BATCH = 100;

/** What is said of an execution whose history AWS has no more. */
export const FORGOTTEN =
  'AWS no longer has its history (it keeps closed executions for 90 days): what is archived is all there will be.';

/**
 * Draws the conclusions from an archived execution anew, without asking AWS for anything. Pass a transaction. False
 * where the archive does not have it.
 */
export async function rejudge(sql: Sql, context: Judging, executionArn: string): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${executionArn}, 0))`;
  const known = await readExecution(sql, executionArn);
  if (known === undefined) return false;
  const ownRevision =
    labelOf(executionArn) === undefined ? undefined : await resolveChild(sql, executionArn, known.mapRunArn);
  const definition = ownRevision?.revision?.definition ?? (await definitionOf(sql, known));
  if ((await readCodec(sql, known.executionId)) === CODECS.logRecords) {
    const { stateMachineArn, executionId } = known;
    const sightings = await listSightings(sql, stateMachineArn);
    const source = known.source === 'import' ? 'import' : 'logs';
    const ranWith =
      source === 'logs' && sightings.length > 0 ? undefined : await asItWasFound(sql, known, definition);
    await concludeExpress(sql, context, {
      executionId,
      executionArn,
      stateMachineArn,
      sightings,
      source,
      ranWith,
    });
    return true;
  }
  const { executionId, stateMachineArn, type } = known;
  const subject = { executionId, executionArn, stateMachineArn, type, definition };
  const { read, problems } = await readArchived(sql, executionId, startReading(sql, subject));
  const standing = await readFetchProblem(sql, known);
  const isOpen = !isClosed(statusAfter(read.last));
  // Nobody knows whether a file that was imported had the newest event.
  const isUncertain = isOpen && (standing !== undefined || known.source === 'import');
  await conclude(
    sql,
    context,
    { ...subject, breaksOff: breaksOff(read.last, known.status) || isUncertain },
    read,
  );
  const { trace, problem } = read;
  const sentences = [
    ...(standing === undefined ? [] : [standing]),
    ...problems,
    ...describeDisorder(read.disorder),
    ...(problem === undefined ? [] : [problem]),
  ];
  await saveExecution(sql, {
    ...known,
    ...(ownRevision?.revision === undefined ? {} : rowOfRevision(ownRevision)),
    failedState: trace?.failure?.state ?? known.failedState,
    error: trace?.failure?.error ?? known.error,
    cause: trace?.failure?.cause ?? known.cause,
    problem: sentences.length === 0 ? null : sentences.join(' '),
  });
  if (sentences.length === 0) await clearProblem(sql, `history ${executionArn}`);
  return true;
}

function rowOfRevision({ revision, assumed }: Omit<Resolved, 'unanswered'>) {
  return {
    revisionId: revision?.revisionId,
    definitionSha256: revision?.definition.sha256,
    definitionAssumed: assumed,
  };
}

/** Why the archive does not have all of a history, as the last fetch left it: a sentence. What is archived cannot say. */
async function readFetchProblem(sql: Sql, known: ExecutionWithReplay): Promise<string | undefined> {
  if (known.problem === FORGOTTEN) return FORGOTTEN;
  const reported = await readProblem(sql, `history ${known.executionArn}`);
  return reported === undefined || isOfContent(reported.code) ? undefined : reported.message;
}

/** What an Express execution ran with of which only its own row, or a file, has told. */
async function asItWasFound(
  sql: Sql,
  { stateMachineArn, revisionId, definitionAssumed }: ExecutionWithReplay,
  definition: Definition | undefined,
): Promise<RanWith> {
  return {
    definition,
    revisionId: revisionId ?? undefined,
    assumed: definitionAssumed ?? undefined,
    logLevel: await logLevelOf(sql, stateMachineArn),
  };
}

/** What the log received, as the state machine's present configuration has it. */
async function logLevelOf(sql: Sql, stateMachineArn: string): Promise<LogLevel> {
  const logging = (await readStateMachine(sql, stateMachineArn))?.loggingConfiguration;
  const level = typeof logging === 'object' && logging !== null && 'level' in logging ? logging.level : 'ALL';
  return level === 'ERROR' || level === 'FATAL' ? level : 'ALL';
}

/** Judges again what time alone may have changed: waits that have come of age, logs that never got their end. */
export async function recheckDue(context: Judging & Pick<IngestContext, 'sql' | 'signal'>): Promise<number> {
  const now = present(context);
  let rechecked = 0;
  let after: RecheckDue | undefined;
  for (;;) {
    const due = await listDueRechecks(context.sql, now, after, BATCH);
    for (const { executionArn } of due) {
      context.signal?.throwIfAborted();
      try {
        await context.sql.begin((tx) => rejudge(tx, context, executionArn));
        rechecked += 1;
      } catch (error) {
        if (!isOfOneExecution(error)) throw error;
        await reportProblem(context.sql, strangenessOf(executionArn, error));
      }
    }
    after = due.at(-1);
    if (after === undefined) return rechecked;
  }
}

export interface RebuildOptions extends Judging {
  /** Every execution, not only those that an older version has judged. */
  readonly all?: boolean | undefined;
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly executionArn: string }) => void)
    | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Replays archived executions again: those that an older interpreter has concluded from or that none has, or all. Asks
 * AWS for nothing; can be stopped and started again at any time.
 */
export async function rebuildExecutions(
  sql: Client,
  options: RebuildOptions = {},
): Promise<{ readonly rebuilt: number }> {
  let done = 0;
  const rebuild = async (executionArn: string): Promise<void> => {
    options.signal?.throwIfAborted();
    await sql.begin((tx) => rejudge(tx, options, executionArn));
    done += 1;
    options.onProgress?.({ done, executionArn });
  };
  if (options.all) {
    let cursor: string | undefined;
    do {
      const page = await listExecutions(sql, { limit: BATCH, cursor });
      for (const { executionArn } of page.rows) await rebuild(executionArn);
      cursor = page.next;
    } while (cursor !== undefined);
    return { rebuilt: done };
  }
  let last: string | undefined;
  do {
    const stale = await listStaleReplays(sql, INTERPRETER_VERSION, last, BATCH);
    for (const { executionArn } of stale) await rebuild(executionArn);
    last = stale.at(-1)?.executionId;
  } while (last !== undefined);
  let after: string | undefined;
  for (;;) {
    const never = await listNeverReplayed(sql, after, BATCH);
    for (const { executionArn } of never) await rebuild(executionArn);
    after = never.at(-1)?.executionId;
    if (after === undefined) return { rebuilt: done };
  }
}
