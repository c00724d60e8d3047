import type { WorkflowType } from '@steptrail/asl';
import {
  AwsError,
  type DescribedRevision,
  describeStateMachine,
  describeStateMachineForExecution,
} from '@steptrail/aws';
import { type DefinitionAssumed, findLatestWaiting, listRevisionSpans, saveRevision } from '@steptrail/store';
import { type IngestContext, present } from './context.ts';
import { type Definition, keepDefinition, loadDefinition, understandDefinition } from './definitions.ts';
import type { FoundStateMachine } from './ingest-state-machines.ts';
import type { ListedFacts } from './listed.ts';
import { isRefusal, type Problem, type ProblemBook, problemOf } from './problems.ts';

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

/** What AWS says of the definition that an execution ran with. */
export interface Resolved {
  /** Undefined where there is none to be had. */
  readonly revision?: ResolvedRevision | undefined;
  /** Why AWS does not say which one it was, now or ever: `revision` is then the likeliest. */
  readonly assumed?: DefinitionAssumed | undefined;
  /** AWS did not answer, which may pass: it is to be asked again. */
  readonly unanswered?: Problem | undefined;
}

export interface Revisions {
  readonly resolve: (listed: ListedFacts) => Promise<Resolved>;
}

/** An update takes effect within seconds: so long after it, the old revision may still have been used. */
const SETTLING = 60_000;
const MOST_QUESTIONS = 50;
/** So many questions in a row without an answer, and the others wait too: each would wait for its answer in vain. */
const UNANSWERED_IN_A_ROW = 3;

/** Asks with which definition an execution ran. An operation that is refused is not asked for again. */
type Ask = (
  machine: Pick<FoundStateMachine, 'stateMachineArn'> & { readonly type?: WorkflowType | undefined },
  asked: Pick<ListedFacts, 'executionArn'>,
) => Promise<Answer>;

/**
 * Finds out which definition executions ran with, in as few calls as there are revisions: AWS tells since when an
 * execution's revision was there, so the latest execution of a revision answers for all between. Only where AWS no
 * longer knows the execution, or refuses to say, another definition stands in for it.
 */
export function createRevisions(
  context: IngestContext,
  book: ProblemBook,
  machines: readonly FoundStateMachine[],
): Revisions {
  const byArn = new Map(machines.map((machine) => [machine.stateMachineArn, machine]));
  const spans = new Map<string, Promise<Span[]>>();
  const byVersion = new Map<string, ResolvedRevision>();
  const ask = createAsk(context, book);
  let turn: Promise<unknown> = Promise.resolve();

  /** One question at a time: the others may be answered by it. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = turn.then(run);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const spansOf = (machine: FoundStateMachine): Promise<Span[]> => {
    const known = spans.get(machine.stateMachineArn) ?? loadSpans(context, machine);
    spans.set(machine.stateMachineArn, known);
    return known;
  };

  const find = async (listed: ListedFacts): Promise<Answer> => {
    const { stateMachineArn, stateMachineVersionArn: version } = listed;
    if (version !== undefined) {
      const known = byVersion.get(version) ?? (await askForVersion(context, book, stateMachineArn, version));
      if (known === undefined) return ask({ stateMachineArn }, listed);
      byVersion.set(version, known);
      return { revision: known };
    }
    const machine = byArn.get(stateMachineArn);
    if (machine === undefined) return ask({ stateMachineArn }, listed);
    const first = firstRevision(machine, listed);
    return first === undefined
      ? findSpan(context, ask, machine, listed, await spansOf(machine))
      : { revision: first };
  };

  return {
    resolve: (listed) =>
      inTurn(async () => {
        const answer = await find(listed);
        if (answer.assumed === undefined) return answer;
        const machine = byArn.get(listed.stateMachineArn);
        const present = machine === undefined ? undefined : presentRevision(machine);
        return { ...answer, revision: present ?? (await lastKnownRevision(context, listed)) };
      }),
  };
}

/** Where neither AWS nor the state machine can say: the last revision known to have been there before the start. */
async function lastKnownRevision(
  { sql }: IngestContext,
  { stateMachineArn, startDate }: ListedFacts,
): Promise<ResolvedRevision | undefined> {
  const rows = await listRevisionSpans(sql, stateMachineArn);
  const row = rows.findLast((one) => (one.updateDate ?? one.firstSeenAt) <= startDate) ?? rows[0];
  if (row === undefined) return undefined;
  const definition = await loadDefinition(sql, row.definitionSha256, 'STANDARD');
  return definition === undefined ? undefined : { revisionId: row.revisionId, definition };
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
  ask: Ask,
  machine: FoundStateMachine,
  listed: ListedFacts,
  spans: Span[],
): Promise<Answer> {
  const start = listed.startDate.getTime();
  const covering = () => spans.find((span) => span.from + SETTLING <= start && start <= span.to);
  for (let questions = 0; questions < MOST_QUESTIONS; questions++) {
    const known = covering();
    if (known !== undefined) return { revision: known };
    const later = spans.filter((span) => span.from + SETTLING > start).map((span) => span.from + SETTLING);
    const before = new Date(Math.min(...later, present(context).getTime() + 86_400_000 * 365));
    const latest = await findLatestWaiting(context.sql, machine.stateMachineArn, before);
    const asked = latest !== undefined && latest.startDate.getTime() > start ? latest : listed;
    const answer = await ask(machine, asked);
    const { revision, updateDate } = answer;
    // That AWS has forgotten another execution says nothing of this one.
    if (answer.assumed === 'forgotten' && asked.executionArn !== listed.executionArn) break;
    if (answer.unanswered !== undefined) return unansweredAbout(listed, answer.unanswered);
    if (revision === undefined || updateDate === undefined) return answer;
    const from = updateDate.getTime();
    const to = lastsUntil(machine, revision.revisionId, asked.startDate);
    const same = spans.find((span) => span.revisionId === revision.revisionId && span.from === from);
    if (same === undefined) spans.push({ ...revision, from, to });
    else same.to = Math.max(same.to, to);
    if (asked.executionArn === listed.executionArn) return answer;
  }
  return ask(machine, listed);
}

type Answer = Resolved & { readonly updateDate?: Date | undefined };

function createAsk(context: IngestContext, book: ProblemBook): Ask {
  const { sql, clients, signal } = context;
  let refused = false;
  let unanswered: Problem | undefined;
  let unansweredInARow = 0;
  return async ({ stateMachineArn, type = 'STANDARD' }, { executionArn }) => {
    if (refused) return { assumed: 'refused' };
    if (unanswered !== undefined && unansweredInARow >= UNANSWERED_IN_A_ROW) {
      return unansweredAbout({ executionArn }, unanswered);
    }
    try {
      const described = await describeStateMachineForExecution(clients, executionArn, signal);
      await book.clear(sql, 'DescribeStateMachineForExecution');
      unansweredInARow = 0;
      return await keepRevision(context, stateMachineArn, described, type);
    } catch (error) {
      if (!(error instanceof AwsError) || error.fatal) throw error;
      if (error.code === 'ExecutionDoesNotExist') return { assumed: 'forgotten' };
      if (isRefusal(error)) {
        refused = true;
        await book.report(sql, problemOf(error));
        return { assumed: 'refused' };
      }
      const { code, message } = error;
      unanswered = { subject: questionAbout(executionArn), code, message };
      unansweredInARow += 1;
      return { unanswered };
    }
  };
}

function unansweredAbout({ executionArn }: Pick<ListedFacts, 'executionArn'>, problem: Problem): Answer {
  return { unanswered: { ...problem, subject: questionAbout(executionArn) } };
}

/** The subject of the problem that AWS has not said with which definition an execution ran. */
export function questionAbout(executionArn: string): string {
  return `DescribeStateMachineForExecution ${executionArn}`;
}

/** The definition of a version, undefined where AWS does not give it: the execution itself can still be asked about. */
async function askForVersion(
  context: IngestContext,
  book: ProblemBook,
  stateMachineArn: string,
  versionArn: string,
): Promise<ResolvedRevision | undefined> {
  try {
    const described = await describeStateMachine(context.clients, versionArn, context.signal);
    await book.clear(context.sql, 'DescribeStateMachine', `DescribeStateMachine ${versionArn}`);
    return (await keepRevision(context, stateMachineArn, described, described.type ?? 'STANDARD')).revision;
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal) throw error;
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
  return { revision: { revisionId, definition }, updateDate };
}
