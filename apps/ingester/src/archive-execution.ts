import { CODECS, eventIdOf } from '@steptrail/archive';
import {
  type Event,
  normaliseHistory,
  type Ordered,
  orderEvents,
  type Reading,
  type ReadingProblem,
} from '@steptrail/history';
import {
  type ExecutionWithReplay,
  type NewExecution,
  readExecution,
  rememberExecutionId,
  type Sql,
  saveExecution,
} from '@steptrail/store';
import { addToArchive, readArchivedEvents, takeWholeBlocks } from './archive-chunks.ts';
import { conclude } from './conclude.ts';
import type { IngestContext } from './context.ts';
import { loadDefinition } from './definitions.ts';
import { describeDisorder } from './describe-disorder.ts';
import { fetchHistory } from './fetch-history.ts';
import { isClosed, statusOf } from './history-end.ts';
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
  revisions: Revisions,
  listed: ListedFacts,
): Promise<Archived> {
  const known = await readExecution(sql, listed.executionArn);
  const executionId =
    known?.executionId ?? (await rememberExecutionId(sql, listed.executionArn, listed.startDate));
  if (known === undefined) await saveExecution(sql, { ...rowOf(listed, executionId), status: 'RUNNING' });

  const fetched = await fetchNew(
    sql,
    context,
    listed.executionArn,
    executionId,
    known?.lastEventId ?? 0,
    known === undefined,
  );
  if (isUnchanged(known, listed, fetched.added)) return { added: 0, changed: false, unfinished: false };

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

interface Fetched {
  readonly added: number;
  readonly problem?: { readonly code: string; readonly message: string } | undefined;
  /** What was read, where that is all there is; undefined: the archive has more than came now. */
  readonly reading?: Reading | undefined;
}

/** Fetches and keeps, a block of events at a time where they come in order, so that memory holds them once. */
async function fetchNew(
  sql: Sql,
  context: IngestContext,
  executionArn: string,
  executionId: string,
  lastKnown: number,
  isNew: boolean,
): Promise<Fetched> {
  let added = 0;
  let problem: Fetched['problem'];
  let buffered: unknown[] = [];
  let highest = 0;
  let ascending = lastKnown === 0;
  const events: Event[] = [];
  const problems: ReadingProblem[] = [];
  for await (const page of fetchHistory(context.clients, executionArn, lastKnown, context.signal)) {
    problem ??= page.problem;
    for (const raw of page.rawEvents) {
      const id = eventIdOf(raw) ?? highest;
      if (id < highest) ascending = false;
      highest = Math.max(highest, id);
      buffered.push(raw);
    }
    if (lastKnown === 0) {
      const reading = normaliseHistory(page.rawEvents);
      for (const event of reading.events) events.push(event);
      problems.push(...reading.problems);
    }
    if (!ascending) continue;
    const { whole, rest } = takeWholeBlocks(buffered);
    if (whole.length > 0) added += await addToArchive(sql, executionId, whole, CODECS.historyEvents, isNew);
    buffered = [...rest];
  }
  added += await addToArchive(sql, executionId, buffered, CODECS.historyEvents, isNew && ascending);
  return { added, problem, ...(lastKnown === 0 ? { reading: { events, problems } } : {}) };
}

const MOST_NAMED = 3;

/** All events of the execution, and what is wrong with them, one sentence each. */
async function readEvents(
  sql: Sql,
  executionId: string,
  fetched: Fetched,
): Promise<{
  readonly ordered: Ordered;
  readonly problems: readonly string[];
  readonly pageProblem: Fetched['problem'];
}> {
  const archived = fetched.reading === undefined ? await readArchivedEvents(sql, executionId) : undefined;
  const reading = fetched.reading ?? normaliseHistory(archived?.rawEvents ?? []);
  const ordered = orderEvents(reading.events);
  const pageProblem = isWholeAnyway(ordered, fetched.problem) ? undefined : fetched.problem;
  const problems = [
    ...(archived?.problems ?? []),
    ...(pageProblem === undefined ? [] : [pageProblem.message]),
    ...reading.problems.slice(0, MOST_NAMED).map((problem) => problem.message),
    ...describeDisorder(ordered),
  ];
  return { ordered, problems, pageProblem };
}

/** A server that gives the first page again and again has given everything when that page goes to the end. */
function isWholeAnyway({ events, gaps }: Ordered, problem: Fetched['problem']): boolean {
  return problem?.code === 'PagingDoesNotAdvance' && gaps.length === 0 && isClosed(statusOf(events));
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
