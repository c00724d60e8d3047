import { AwsError, type DescribedMapRun, describeMapRun, listExecutions } from '@steptrail/aws';
import { parseStatesArn } from '@steptrail/history';
import {
  countChildren,
  hurryMapRuns,
  type MapRunRow,
  noteListedChildren,
  readMapRun,
  type Sql,
  settleMapRun,
  takeDueMapRun,
} from '@steptrail/store';
import { askForListed } from './ask-for-executions.ts';
import { startsExpress } from './child-definition.ts';
import { type IngestContext, present, type Tally } from './context.ts';
import { loadDefinition } from './definitions.ts';
import { isOfOneExecution, type ProblemBook, problemOf, strangenessOf } from './problems.ts';
import { rejudge } from './rejudge.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Who dies while looking at a Map Run leaves it to the others after this. */
const HELD = 5 * MINUTE;
/** An open Map Run is looked at again after a tenth of its age, within these. */
const PATIENCE = { least: 20_000, most: 15 * MINUTE } as const;

/** What this ingest has been refused: it is not asked for again until the next. */
export interface MapRunWork {
  readonly refused: Set<string>;
}

/**
 * Asks AWS for the Map Runs that histories have named: their counts, and their child executions, which nothing else
 * lists. Those that are open are looked at again, as are those whose parent is redriven. Gives how many children
 * were asked for.
 */
export async function ingestMapRuns(
  context: IngestContext,
  book: ProblemBook,
  tally: Tally,
  work: MapRunWork,
): Promise<number> {
  let queued = 0;
  await hurryMapRuns(context.sql, new Date(present(context).getTime() + HOUR));
  for (;;) {
    context.signal?.throwIfAborted();
    await context.turn?.();
    const now = present(context);
    const run = await takeDueMapRun(context.sql, now, new Date(now.getTime() + HELD), context.scope);
    if (run === undefined) return queued;
    queued += await lookAt(context, book, tally, work, run);
  }
}

async function lookAt(
  context: IngestContext,
  book: ProblemBook,
  tally: Tally,
  work: MapRunWork,
  run: MapRunRow,
): Promise<number> {
  const { sql, clients, signal } = context;
  const { mapRunArn } = run;
  const now = present(context);
  const asked = await ask(context, book, work, 'DescribeMapRun', mapRunArn, () =>
    describeMapRun(clients, mapRunArn, signal),
  );
  const described = asked.answer;
  const children = await listChildren(context, book, tally, work, run);
  const gone = asked.gone || children.gone;
  const status = described?.status ?? run.status;
  const open = status === null || status === 'RUNNING';
  const missing = await countMissing(sql, mapRunArn, described, children);
  const isCounted = missing !== undefined && missing === 0;
  const settled = gone || (isCounted && !open);
  await settleMapRun(sql, run, {
    ...described,
    describedAt: described === undefined ? null : now,
    childrenListed: children.listed ?? null,
    childrenMissing: missing ?? null,
    childrenReconciledAt: missing === undefined ? null : now,
    goneAt: gone ? now : null,
    dueAt: settled ? null : dueAgain(run, now, missing !== undefined && (open || isCounted)),
  });
  return children.queued;
}

/** Of the children that have started, those that nobody has asked for; undefined: it is not known how many there are. */
async function countMissing(
  sql: Sql,
  mapRunArn: string,
  described: DescribedMapRun | undefined,
  { listed, removed, isExpress }: Children,
): Promise<number | undefined> {
  if (described === undefined || listed === undefined) return undefined;
  // What a log lacks of Express children nobody can ask for.
  if (isExpress) return 0;
  const { total = 0, pending = 0 } = described.executionCounts;
  return Math.max(0, total - pending - removed - (await countChildren(sql, mapRunArn)));
}

function dueAgain(run: MapRunRow, now: Date, answered: boolean): Date {
  if (!answered) return new Date(now.getTime() + HOUR);
  const age = now.getTime() - (run.startDate?.getTime() ?? now.getTime());
  return new Date(now.getTime() + Math.min(Math.max(age / 10, PATIENCE.least), PATIENCE.most));
}

interface Children {
  readonly queued: number;
  /** How many there are; undefined: the list could not be read to its end. */
  readonly listed?: number | undefined;
  readonly gone?: boolean | undefined;
  /** Of the listed, those that retention has removed. */
  readonly removed: number;
  readonly isExpress?: boolean | undefined;
}

/**
 * Asks for the histories of a Map Run's child executions. Express ones have none: they come from a log that does not say
 * of which Map Run they are, so that they are linked to this one.
 */
async function listChildren(
  context: IngestContext,
  book: ProblemBook,
  tally: Tally,
  work: MapRunWork,
  run: MapRunRow,
): Promise<Children> {
  const { sql, clients, signal } = context;
  const { mapRunArn, stateMachineArn } = run;
  const isExpress = await hasExpressChildren(context, run);
  let queued = 0;
  let listed = 0;
  let removed = 0;
  let whole = true;
  const { answer, gone } = await ask(context, book, work, 'ListExecutions', mapRunArn, async () => {
    for await (const { items, problem } of listExecutions(clients, { mapRunArn }, signal)) {
      if (problem !== undefined) {
        whole = false;
        await book.report(sql, { subject: `ListExecutions ${mapRunArn}`, ...problem });
      }
      const express = items.filter((row) => parseStatesArn(row.executionArn)?.kind === 'express');
      await linkChildren(context, book, mapRunArn, express);
      const standard = isExpress ? [] : items.filter((row) => !express.includes(row));
      // AWS gives them a state machine of their own, with the Map's label, that nothing else knows.
      const asked = await askForListed(
        context,
        standard.map((row) => ({ ...row, stateMachineArn })),
        present(context),
      );
      queued += asked.wanted.length;
      removed += standard.length - asked.usable.length;
      listed += items.length;
      await context.turn?.();
    }
    return whole;
  });
  tally.listed += listed;
  return { queued, gone, removed, isExpress, listed: answer === true ? listed : undefined };
}

async function linkChildren(
  context: IngestContext,
  book: ProblemBook,
  mapRunArn: string,
  children: readonly { readonly executionArn: string }[],
): Promise<void> {
  const { sql } = context;
  const executionArns = children.map((row) => row.executionArn);
  for (const executionArn of await noteListedChildren(sql, mapRunArn, executionArns)) {
    try {
      await sql.begin((tx) => rejudge(tx, context, executionArn));
    } catch (error) {
      if (!isOfOneExecution(error)) throw error;
      await book.report(sql, strangenessOf(executionArn, error));
    }
  }
}

async function hasExpressChildren({ sql }: IngestContext, run: MapRunRow): Promise<boolean> {
  const definitionSha256 = (await readMapRun(sql, run.mapRunArn))?.definitionSha256 ?? undefined;
  if (definitionSha256 === undefined) return false;
  const definition = await loadDefinition(sql, definitionSha256, 'STANDARD');
  return startsExpress(definition?.machine, run.state);
}

const GONE = /ResourceNotFound|DoesNotExist/;

/** Calls AWS unless it has refused the operation before; a failure becomes a problem, but for what AWS has forgotten. */
async function ask<T>(
  { sql }: IngestContext,
  book: ProblemBook,
  { refused }: MapRunWork,
  operation: 'DescribeMapRun' | 'ListExecutions',
  mapRunArn: string,
  run: () => Promise<T>,
): Promise<{ readonly answer?: T; readonly gone?: boolean }> {
  if (refused.has(operation)) return {};
  try {
    const answer = await run();
    await book.clear(sql, operation, `${operation} ${mapRunArn}`);
    return { answer };
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal) throw error;
    if (GONE.test(error.code)) {
      await book.clear(sql, `${operation} ${mapRunArn}`);
      return { gone: true };
    }
    const problem = problemOf(error, mapRunArn);
    await book.report(sql, problem);
    if (problem.subject === operation) refused.add(operation);
    return {};
  }
}
