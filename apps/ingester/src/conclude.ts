import type { WorkflowType } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import { INTERPRETER_VERSION, replay, type Trace } from '@steptrail/interpreter';
import { checkExecution, fingerprint } from '@steptrail/rules';
import {
  noteMapRuns,
  replaceFailures,
  replaceLinks,
  replaceSearchValues,
  replaceVisits,
  type Sql,
  saveReplay,
  syncFindings,
} from '@steptrail/store';
import { announce } from './announce.ts';
import { type IngestContext, present } from './context.ts';
import { type Definition, whyNotReplayed } from './definitions.ts';
import { failuresOf } from './history-end.ts';
import { recheckAt } from './recheck-at.ts';
import { linksOf, mapRunsOf } from './recorded-links.ts';
import { searchValuesOf } from './search-values-of.ts';

/** An execution whose history is archived, with the definition that it ran with. */
export interface ConcludedSubject {
  readonly executionId: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly type: WorkflowType;
  readonly definition: Definition | undefined;
  /** What a log received of it; undefined: a whole history. */
  readonly logLevel?: 'ALL' | 'ERROR' | 'FATAL' | undefined;
  /** The history is not known to its newest event: nothing is said of what goes on now. */
  readonly breaksOff?: boolean | undefined;
  /** When to look again whatever the rules say. */
  readonly lookAgainAt?: Date | undefined;
}

/** What follows from a history. Without a trace, `problem` says why. */
export interface Conclusion {
  readonly trace?: Trace | undefined;
  readonly problem?: string | undefined;
}

/** What of the context drawing conclusions needs. */
export type Judging = Pick<IngestContext, 'now' | 'destinations' | 'dashboardUrl'>;

/**
 * Replays a history, judges it, and writes what follows in place of what was written before: replay, visits, failures,
 * findings, values to be searched, and announcements of what changed. Pass the transaction that archived the events.
 * @param events in the order of their ids, each once
 */
export async function conclude(
  sql: Sql,
  context: Judging,
  subject: ConcludedSubject,
  events: readonly Event[],
): Promise<Conclusion> {
  const { executionId, executionArn, stateMachineArn, type, breaksOff } = subject;
  const { trace, problem } = replayed(subject, events);
  const machine = subject.definition?.machine;
  const now = present(context);
  // Sent together: within a transaction each answer waited for is a journey to the database and back.
  const keepRecorded = () => [
    replaceFailures(sql, executionId, failuresOf(events)),
    replaceSearchValues(sql, executionId, searchValuesOf(events)),
    noteMapRuns(sql, subject, mapRunsOf(events), now),
    replaceLinks(sql, executionId, linksOf(events, executionArn)),
  ];
  if (trace === undefined || machine === undefined) {
    await Promise.all(keepRecorded());
    return { problem };
  }
  const judged = { stateMachineArn, executionArn, type, machine, trace, now: now.getTime(), breaksOff };
  const again = earlier(recheckAt(judged), subject.lookAgainAt);
  const findings = checkExecution(judged).map((finding) => ({
    ...finding,
    findingId: fingerprint(finding, executionArn),
  }));
  const replayRow = {
    ...trace,
    pending: breaksOff ? [] : trace.pending,
    interpreterVersion: INTERPRETER_VERSION,
    replayedAt: now,
    recheckAt: again,
  };
  const [changes] = await Promise.all([
    syncFindings(sql, { stateMachineArn, executionArn, executionId }, findings, now),
    saveReplay(sql, executionId, replayRow),
    replaceVisits(sql, executionId, trace.visits),
    ...keepRecorded(),
  ]);
  await announce(sql, context, changes, now);
  return { trace };
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function replayed(subject: ConcludedSubject, events: readonly Event[]): Conclusion {
  const { definition, executionArn, stateMachineArn, logLevel } = subject;
  if (definition === undefined) {
    return {
      problem: 'It was archived but not replayed, for the definition that it ran with could not be read.',
    };
  }
  if (definition.program === undefined) return { problem: whyNotReplayed(definition) };
  try {
    const options = { executionArn, stateMachineArn, logLevel };
    return { trace: replay(definition.program, events, options) };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return {
      problem: `It was archived but not replayed, for the interpreter failed (${what}): please report this with its definition.`,
    };
  }
}
