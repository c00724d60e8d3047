import type { Event } from '@steptrail/history';
import {
  type ExecutionWithReplay,
  type NewExecution,
  readExecution,
  rememberExecutionId,
  type Sql,
  saveExecution,
} from '@steptrail/store';
import { conclude } from './conclude.ts';
import type { IngestContext } from './context.ts';
import { loadDefinition } from './definitions.ts';
import type { Gate } from './gate.ts';
import { isClosed, statusOf } from './history-end.ts';
import { type Fetched, keepNewEvents, LONG_HISTORY, readEvents } from './keep-history.ts';
import type { ListedFacts } from './listed.ts';
import type { Problem } from './problems.ts';
import type { Revisions } from './revisions.ts';

/** What became of an execution that was looked at. */
export interface Archived {
  /** New events in the archive. */
  readonly added: number;
  /** Whether anything was written. */
  readonly changed: boolean;
  /** What is wrong with it, for the list of problems. */
  readonly problem?: Problem | undefined;
  /** Whether it is worth asking again soon: its history did not come whole although the execution is closed. */
  readonly unfinished: boolean;
}

/**
 * Fetches the events of an execution that the archive does not have, keeps them verbatim, and draws the conclusions.
 * Everything is written in the given transaction. What came before a fault is kept.
 */
export async function archiveExecution(
  sql: Sql,
  context: IngestContext,
  help: ArchivingHelp,
  listed: ListedFacts,
): Promise<Archived> {
  let leave: (() => void) | undefined;
  const whenLong = async () => {
    leave ??= await help.longHistories.enter();
  };
  try {
    return await archiveWithin(sql, context, help.revisions, listed, whenLong);
  } finally {
    leave?.();
  }
}

/** What the executions of one ingest share. */
export interface ArchivingHelp {
  readonly revisions: Revisions;
  /** Replay holds a history in memory: of long ones one at a time, so that memory stays flat. */
  readonly longHistories: Gate;
}

async function archiveWithin(
  sql: Sql,
  context: IngestContext,
  revisions: Revisions,
  listed: ListedFacts,
  whenLong: () => Promise<void>,
): Promise<Archived> {
  const known = await readExecution(sql, listed.executionArn);
  const executionId =
    known?.executionId ?? (await rememberExecutionId(sql, listed.executionArn, listed.startDate));
  if (known === undefined) await saveExecution(sql, { ...rowOf(listed, executionId), status: 'RUNNING' });

  const fetched = await keepNewEvents(
    sql,
    context,
    listed.executionArn,
    executionId,
    known?.lastEventId,
    whenLong,
  );
  if (isUnchanged(known, listed, fetched.added)) return { added: 0, changed: false, unfinished: false };

  if ((known?.lastEventId ?? 0) > LONG_HISTORY) await whenLong();
  const { ordered, problems, pageProblem } = await readEvents(sql, executionId, fetched);
  const { events } = ordered;
  const revision = await resolveRevision(sql, known, revisions, listed);
  const ended = statusOf(events);
  const status = isClosed(listed.status) ? listed.status : ended;
  const conclusion = await conclude(
    sql,
    context,
    {
      executionId,
      executionArn: listed.executionArn,
      stateMachineArn: listed.stateMachineArn,
      type: 'STANDARD',
      definition: revision?.definition,
    },
    events,
  );
  const whole = pageProblem === undefined && ordered.gaps.length === 0 && isClosed(ended);
  const sentences = [...problems, ...(conclusion.problem === undefined ? [] : [conclusion.problem])];
  const failure = conclusion.trace?.failure;
  const last = events.at(-1);
  const saved: NewExecution = {
    ...rowOf(listed, executionId),
    status,
    stopDate: stopDateOf(listed, status, last),
    revisionId: revision?.revisionId,
    definitionSha256: revision?.definition.sha256,
    events: events.length,
    lastEventId: last?.id ?? 0,
    complete: isClosed(status) && whole,
    failedState: failure?.state,
    error: failure?.error ?? endErrorOf(last).error,
    cause: failure?.cause ?? endErrorOf(last).cause,
    problem: sentences.length === 0 ? null : sentences.join(' '),
  };
  await saveExecution(sql, saved);
  return {
    added: fetched.added,
    changed: true,
    unfinished: isClosed(status) && !whole,
    problem: describe(listed, pageProblem, problems),
  };
}

function rowOf(listed: ListedFacts, executionId: string): NewExecution {
  const { executionArn, stateMachineArn, name, status, startDate, redriveCount } = listed;
  return {
    executionId,
    executionArn,
    stateMachineArn,
    name,
    type: 'STANDARD',
    source: 'history',
    status,
    startDate,
    redriveCount,
    redriveDate: listed.redriveDate,
    stateMachineVersionArn: listed.stateMachineVersionArn,
    stateMachineAliasArn: listed.stateMachineAliasArn,
    mapRunArn: listed.mapRunArn,
  };
}

/** Says of an execution that AWS has no history of it any more. What was archived stays. */
export async function noteForgotten(sql: Sql, listed: ListedFacts): Promise<void> {
  const known = await readExecution(sql, listed.executionArn);
  const executionId =
    known?.executionId ?? (await rememberExecutionId(sql, listed.executionArn, listed.startDate));
  const problem =
    'AWS no longer has its history (it keeps closed executions for 90 days): what is archived is all there will be.';
  if (known?.problem === problem) return;
  const row = rowOf(listed, executionId);
  await saveExecution(sql, { ...row, stopDate: listed.stopDate, lastEventId: known?.lastEventId, problem });
}

/** Nothing new came, and what is known was concluded from all of it. */
function isUnchanged(known: ExecutionWithReplay | undefined, listed: ListedFacts, added: number): boolean {
  if (known === undefined || added > 0 || known.lastEventId === 0) return false;
  return (
    known.status === listed.status && known.redriveCount === listed.redriveCount && known.problem === null
  );
}

function stopDateOf(listed: ListedFacts, status: string, last: Event | undefined): Date | null {
  if (!isClosed(status)) return null;
  return listed.stopDate ?? (last === undefined ? null : new Date(last.timestamp));
}

function endErrorOf(last: Event | undefined): {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
} {
  switch (last?.type) {
    case 'ExecutionFailed':
    case 'ExecutionTimedOut':
    case 'ExecutionAborted':
      return last;
    default:
      return {};
  }
}

function describe(
  listed: ListedFacts,
  page: Fetched['problem'],
  sentences: readonly string[],
): Problem | undefined {
  if (sentences.length === 0) return undefined;
  return {
    subject: `history ${listed.executionArn}`,
    code: page?.code ?? 'StrangeHistory',
    message: `The history of ${listed.executionArn} is not as it should be: ${sentences.join(' ')}`,
  };
}

/** The definition that it ran with: the one found before, for that never changes, else the one found out now. */
async function resolveRevision(
  sql: Sql,
  known: ExecutionWithReplay | undefined,
  revisions: Revisions,
  listed: ListedFacts,
) {
  if (known?.definitionSha256 != null && known.revisionId !== null) {
    const definition = await loadDefinition(sql, known.definitionSha256, 'STANDARD');
    if (definition !== undefined) return { revisionId: known.revisionId, definition };
  }
  return revisions.resolve(listed);
}
