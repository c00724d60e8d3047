import {
  AwsError,
  type DescribedRevision,
  describeStateMachine,
  describeStateMachineForExecution,
} from '@steptrail/aws';
import { findLatestWaiting, listRevisionSpans, saveRevision } from '@steptrail/store';
import { type IngestContext, present } from './context.ts';
import { type Definition, keepDefinition, loadDefinition, understandDefinition } from './definitions.ts';
import type { FoundStateMachine } from './ingest-state-machines.ts';
import type { ListedFacts } from './listed.ts';
import { type ProblemBook, problemOf } from './problems.ts';

/** The definition that an execution ran with. */
export interface ResolvedRevision {
  readonly revisionId: string;
  readonly definition: Definition;
}

/** Executions that started within it ran with its revision. Epoch milliseconds, both ends included. */
interface Span extends ResolvedRevision {
  readonly from: number;
  to: number;
}

export interface Revisions {
  /** Undefined where no definition can be had. */
  readonly resolve: (listed: ListedFacts) => Promise<ResolvedRevision | undefined>;
}

/** An update takes effect within seconds: so long after it, the old revision may still have been used. */
const SETTLING = 60_000;
const MOST_QUESTIONS = 50;

/**
 * Finds out which definition executions ran with, in as few calls as there are revisions: AWS tells since when an
 * execution's revision was there, so the latest execution of a revision answers for all between.
 */
export function createRevisions(
  context: IngestContext,
  book: ProblemBook,
  machines: readonly FoundStateMachine[],
): Revisions {
  const byArn = new Map(machines.map((machine) => [machine.stateMachineArn, machine]));
  const spans = new Map<string, Promise<Span[]>>();
  const byVersion = new Map<string, Promise<ResolvedRevision | undefined>>();
  let turn: Promise<unknown> = Promise.resolve();

  /** One question at a time: the others may be answered by it. */
  const inTurn = <T>(ask: () => Promise<T>): Promise<T> => {
    const mine = turn.then(ask);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const spansOf = (machine: FoundStateMachine): Promise<Span[]> => {
    const known = spans.get(machine.stateMachineArn) ?? loadSpans(context, machine);
    spans.set(machine.stateMachineArn, known);
    return known;
  };

  return {
    resolve: (listed) =>
      inTurn(async () => {
        const version = listed.stateMachineVersionArn;
        if (version !== undefined) {
          const known =
            byVersion.get(version) ?? askForVersion(context, book, listed.stateMachineArn, version);
          byVersion.set(version, known);
          return known;
        }
        const machine = byArn.get(listed.stateMachineArn);
        if (machine === undefined) return askFor(context, book, listed.stateMachineArn, listed.executionArn);
        return (
          firstRevision(machine, listed) ??
          (await findSpan(context, book, machine, listed, await spansOf(machine))) ??
          presentRevision(machine)
        );
      }),
  };
}

function presentRevision(machine: FoundStateMachine): ResolvedRevision | undefined {
  const { definition, revisionId } = machine;
  return definition === undefined || revisionId === undefined ? undefined : { definition, revisionId };
}

/** A state machine that was never updated has had one definition since it was made. */
function firstRevision(machine: FoundStateMachine, listed: ListedFacts): ResolvedRevision | undefined {
  if (machine.revisionId !== '') return undefined;
  const made = machine.creationDate?.getTime() ?? 0;
  const start = listed.startDate.getTime();
  const isCovered = start >= made - SETTLING && start <= (machine.describedAt ?? 0);
  return isCovered ? presentRevision(machine) : undefined;
}

async function loadSpans(context: IngestContext, machine: FoundStateMachine): Promise<Span[]> {
  const spans: Span[] = [];
  for (const row of await listRevisionSpans(context.sql, machine.stateMachineArn)) {
    if (row.updateDate === null || row.lastStart === null) continue;
    const definition = await loadDefinition(context.sql, row.definitionSha256, machine.type);
    if (definition === undefined) continue;
    const { revisionId } = row;
    const to = lastsUntil(machine, revisionId, row.lastStart);
    spans.push({ revisionId, definition, from: row.updateDate.getTime(), to });
  }
  return spans;
}

/** A revision that the state machine still had when it was described has been its own until then: ids never return. */
function lastsUntil(machine: FoundStateMachine, revisionId: string, lastStart: Date): number {
  const { describedAt = 0 } = machine;
  return Math.max(lastStart.getTime(), machine.revisionId === revisionId ? describedAt : 0);
}

async function findSpan(
  context: IngestContext,
  book: ProblemBook,
  machine: FoundStateMachine,
  listed: ListedFacts,
  spans: Span[],
): Promise<ResolvedRevision | undefined> {
  const start = listed.startDate.getTime();
  const covering = () => spans.find((span) => span.from + SETTLING <= start && start <= span.to);
  for (let questions = 0; questions < MOST_QUESTIONS; questions++) {
    const known = covering();
    if (known !== undefined) return known;
    const later = spans.filter((span) => span.from + SETTLING > start).map((span) => span.from + SETTLING);
    const before = new Date(Math.min(...later, present(context).getTime() + 86_400_000 * 365));
    const latest = await findLatestWaiting(context.sql, machine.stateMachineArn, before);
    const asked = latest !== undefined && latest.startDate.getTime() > start ? latest : listed;
    const answer = await askFor(context, book, machine.stateMachineArn, asked.executionArn, machine.type);
    if (answer === undefined || answer.updateDate === undefined) return answer;
    const from = answer.updateDate.getTime();
    const to = lastsUntil(machine, answer.revisionId, asked.startDate);
    const same = spans.find((span) => span.revisionId === answer.revisionId && span.from === from);
    if (same === undefined) spans.push({ ...answer, from, to });
    else same.to = Math.max(same.to, to);
    if (asked.executionArn === listed.executionArn) return answer;
  }
  return askFor(context, book, machine.stateMachineArn, listed.executionArn, machine.type);
}

type Answer = ResolvedRevision & { readonly updateDate?: Date | undefined };

/** Asks AWS with which definition an execution runs. Undefined where it does not say: that is a problem, reported. */
async function askFor(
  context: IngestContext,
  book: ProblemBook,
  stateMachineArn: string,
  executionArn: string,
  type: 'STANDARD' | 'EXPRESS' = 'STANDARD',
): Promise<Answer | undefined> {
  try {
    const described = await describeStateMachineForExecution(context.clients, executionArn, context.signal);
    await book.clear(context.sql, 'DescribeStateMachineForExecution');
    return await keepRevision(context, stateMachineArn, described, type);
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal) throw error;
    await book.report(context.sql, problemOf(error));
    return undefined;
  }
}

async function askForVersion(
  context: IngestContext,
  book: ProblemBook,
  stateMachineArn: string,
  versionArn: string,
): Promise<ResolvedRevision | undefined> {
  try {
    const described = await describeStateMachine(context.clients, versionArn, context.signal);
    return await keepRevision(context, stateMachineArn, described, described.type ?? 'STANDARD');
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal) throw error;
    await book.report(context.sql, problemOf(error, versionArn));
    return undefined;
  }
}

async function keepRevision(
  context: IngestContext,
  stateMachineArn: string,
  described: DescribedRevision,
  type: 'STANDARD' | 'EXPRESS',
): Promise<Answer> {
  const definition = understandDefinition(described.definition, type);
  const { revisionId, updateDate, roleArn } = described;
  await context.sql.begin(async (tx) => {
    await keepDefinition(tx, definition);
    await saveRevision(tx, {
      stateMachineArn,
      revisionId,
      definitionSha256: definition.sha256,
      roleArn,
      updateDate,
    });
  });
  return { revisionId, definition, updateDate };
}
