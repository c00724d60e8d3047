import { AwsError } from '@steptrail/aws';
import { type Event, stateMachineArnOf } from '@steptrail/history';
import {
  type ExecutionWithReplay,
  type NewExecution,
  readExecution,
  rememberExecutionId,
  type Sql,
  saveExecution,
} from '@steptrail/store';
import { findMapRun, labelOf, resolveChild } from './child-definition.ts';
import { conclude } from './conclude.ts';
import { type IngestContext, present } from './context.ts';
import { loadDefinition } from './definitions.ts';
import { describeMissingEnd } from './describe-missing-end.ts';
import type { Gate } from './gate.ts';
import { breaksOff, isClosed, statusAfter } from './history-end.ts';
import { type Fetched, type FetchingHelp, keepNewEvents, LONG_HISTORY, readEvents } from './keep-history.ts';
import { mayHideMapRuns, noteListedMapRuns } from './list-map-runs.ts';
import type { ListedFacts } from './listed.ts';
import { type Problem, STRANGE_HISTORY } from './problems.ts';
import { readArchived } from './read-archived.ts';
import { startReading as startHistoryReading } from './read-through.ts';
import type { Resolved, Revisions } from './revisions.ts';

/** What became of an execution that was looked at. */
export interface Archived {
  /** New events in the archive. */
  readonly added: number;
  /** Whether anything was written. */
  readonly changed: boolean;
  /** What is wrong with it, for the list of problems. */
  readonly problem?: Problem | undefined;
  /** Whether it is worth asking again soon: AWS has not given all of its history, or not said what it ran. */
  readonly unfinished: boolean;
  /** Whether the execution runs, as far as is known now. */
  readonly open: boolean;
  /** Whether it is known what it ran, or why AWS did not say; undefined: that was not asked. */
  readonly definition?: 'settled' | Problem | undefined;
}

/**
 * Fetches the events of an execution that the archive does not have, keeps them verbatim, and draws the conclusions.
 * Everything is written in the given transaction. What came before a fault is kept.
 * @param isKnown whether the archive has it
 */
export async function archiveExecution(
  sql: Sql,
  context: IngestContext,
  help: ArchivingHelp,
  listed: ListedFacts,
  isKnown: boolean,
): Promise<Archived> {
  let leave: (() => void) | undefined;
  const whenLong = async () => {
    leave ??= await help.longHistories.enter();
  };
  try {
    const own = labelOf(listed.executionArn) === undefined ? listed : await asChild(sql, context, listed);
    return await archiveWithin(sql, context, help.revisions, own, isKnown, whenLong);
  } finally {
    leave?.();
  }
}

/** A child of a Map Run belongs to its parent's state machine, not to the labelled one that AWS gives it. */
async function asChild(sql: Sql, context: IngestContext, listed: ListedFacts): Promise<ListedFacts> {
  const { executionArn } = listed;
  const given = listed.mapRunArn ?? (await readExecution(sql, executionArn))?.mapRunArn;
  return {
    ...listed,
    stateMachineArn: stateMachineArnOf(executionArn) ?? listed.stateMachineArn,
    mapRunArn: await findMapRun(context, executionArn, given),
  };
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
  isKnown: boolean,
  whenLong: () => Promise<void>,
): Promise<Archived> {
  const known = isKnown ? await readExecution(sql, listed.executionArn) : undefined;
  const executionId =
    known?.executionId ?? (await rememberExecutionId(sql, listed.executionArn, listed.startDate));
  // Taken: there was no row, or one without any event.
  const isNew =
    known === undefined && (await saveExecution(sql, { ...rowOf(listed, executionId), status: 'RUNNING' }));

  const { executionArn, stateMachineArn } = listed;
  let resolved: Resolved = {};
  const startReading = async () => {
    resolved = await resolveRevision(sql, known, revisions, listed);
    const { definition } = resolved.revision ?? {};
    return startHistoryReading(sql, { executionId, executionArn, stateMachineArn, definition });
  };
  const fetched = await fetchWhatIsNew(sql, context, listed, executionId, known, { whenLong, startReading });
  if (fetched.added === 0 && known !== undefined && known.lastEventId > 0 && isSame(known, listed)) {
    const { problem } = fetched;
    const unfinished = isClosed(known.status) && !known.complete;
    const open = !isClosed(known.status);
    if (problem !== undefined) {
      const described = describe(listed, problem, [problem.message]);
      return { added: 0, changed: false, unfinished, open, problem: described };
    }
    if (known.problem === null && !unfinished) return { added: 0, changed: false, unfinished, open };
  }

  if ((known?.lastEventId ?? 0) > LONG_HISTORY) await whenLong();
  const { read, problems: strange, pageProblem } = await readEvents(sql, executionId, fetched, startReading);
  const { last, trace } = read;
  const problems =
    pageProblem === undefined ? [...strange, ...describeMissingEnd(listed, last, present(context))] : strange;
  const { revision, assumed, unanswered } = resolved;
  const ended = statusAfter(last);
  const status = isClosed(listed.status) ? listed.status : ended;
  const { definition } = revision ?? {};
  const subject = { executionId, executionArn, stateMachineArn, type: 'STANDARD', definition } as const;
  const isCut = breaksOff(last, status) || (!fetched.reachedNewest && !isClosed(ended));
  const isWholeSoFar = pageProblem === undefined && read.disorder.gaps.count === 0;
  const whole = isWholeSoFar && isClosed(ended);
  const unreplayed = unanswered === undefined ? read.problem : UNANSWERED;
  const sentences = [...problems, ...(unreplayed === undefined ? [] : [unreplayed])];
  const failure = trace?.failure;
  const saved: NewExecution = {
    ...rowOf(listed, executionId),
    status,
    stopDate: stopDateOf(listed, status, last),
    revisionId: revision?.revisionId,
    definitionSha256: revision?.definition.sha256,
    definitionAssumed: assumed,
    events: read.events,
    lastEventId: last?.id ?? 0,
    complete: isClosed(status) && whole && unanswered === undefined,
    failedState: failure?.state,
    error: failure?.error ?? endErrorOf(last).error,
    cause: failure?.cause ?? endErrorOf(last).cause,
    problem: sentences.length === 0 ? null : sentences.join(' '),
  };
  // Sent together, as in `conclude`.
  await Promise.all([
    conclude(sql, context, { ...subject, isNew, breaksOff: isCut }, read),
    saveExecution(sql, saved),
  ]);
  if (mayHideMapRuns(read, isWholeSoFar, definition?.machine)) await noteListedMapRuns(sql, context, subject);
  return {
    added: fetched.added,
    changed: true,
    unfinished: unanswered !== undefined || (isClosed(status) && !whole),
    open: !isClosed(status),
    problem: describe(listed, pageProblem, problems),
    definition: unanswered ?? 'settled',
  };
}

const UNANSWERED =
  'It is archived and not replayed yet, for AWS has not answered with which definition it ran: it is asked again.';

const NOTHING_NEW: Fetched = { added: 0, reachedNewest: true };

/** An execution that AWS has forgotten meanwhile is no worse for it where all of it is here, and only its definition is not. */
async function fetchWhatIsNew(
  sql: Sql,
  context: IngestContext,
  listed: ListedFacts,
  executionId: string,
  known: ExecutionWithReplay | undefined,
  help: FetchingHelp,
): Promise<Fetched> {
  try {
    return await keepNewEvents(sql, context, listed.executionArn, executionId, known, help);
  } catch (error) {
    const isForgotten = error instanceof AwsError && error.code === 'ExecutionDoesNotExist';
    if (!isForgotten || known === undefined || !isSame(known, listed)) throw error;
    const reader = startHistoryReading(sql, { ...listed, executionId, definition: undefined });
    const { disorder, last } = (await readArchived(sql, executionId, reader)).read;
    if (disorder.gaps.count > 0 || !isClosed(statusAfter(last))) throw error;
    return NOTHING_NEW;
  }
}

/** What the list says of an execution, as a row of the archive. */
export function rowOf(listed: ListedFacts, executionId: string): NewExecution {
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

/** Whether the list says of an execution what is known of it. */
function isSame(known: ExecutionWithReplay, listed: ListedFacts): boolean {
  return known.status === listed.status && known.redriveCount === listed.redriveCount;
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
    code: page?.code ?? STRANGE_HISTORY,
    message: `The history of ${listed.executionArn} is not as it should be: ${sentences.join(' ')}`,
  };
}

/** The definition that it ran with: the one found before, for that never changes, else the one found out now. */
async function resolveRevision(
  sql: Sql,
  known: ExecutionWithReplay | undefined,
  revisions: Revisions,
  listed: ListedFacts,
): Promise<Resolved> {
  if (labelOf(listed.executionArn) !== undefined) {
    return resolveChild(sql, listed.executionArn, listed.mapRunArn ?? known?.mapRunArn);
  }
  if (known?.definitionSha256 != null && known.revisionId !== null && known.definitionAssumed === null) {
    const definition = await loadDefinition(sql, known.definitionSha256, 'STANDARD');
    if (definition !== undefined) return { revision: { revisionId: known.revisionId, definition } };
  }
  return revisions.resolve(listed);
}
