import type { WorkflowType } from '@steptrail/asl';
import { INTERPRETER_VERSION } from '@steptrail/interpreter';
import { checkExecution, fingerprint } from '@steptrail/rules';
import {
  noteMapRuns,
  replaceLinks,
  replaceSearchValues,
  replaceVisits,
  type Sql,
  saveReplay,
  syncFindings,
} from '@steptrail/store';
import { announce } from './announce.ts';
import { type IngestContext, present } from './context.ts';
import type { ReadHistory, ReadSubject } from './read-through.ts';
import { recheckAt } from './recheck-at.ts';

/** An execution whose history is archived, with the definition that it ran with. */
export interface ConcludedSubject extends ReadSubject {
  readonly type: WorkflowType;
  /** The history is not known to its newest event: nothing is said of what goes on now. */
  readonly breaksOff?: boolean | undefined;
  /** Nothing was concluded of it before, so nothing is looked for. */
  readonly isNew?: boolean | undefined;
  /** When to look again whatever the rules say. */
  readonly lookAgainAt?: Date | undefined;
}

/** What of the context drawing conclusions needs. */
export type Judging = Pick<IngestContext, 'now' | 'destinations' | 'dashboardUrl'>;

/**
 * Judges a history that was read and replayed, and writes what follows in place of what was written before: replay,
 * visits, failures, findings, values to be searched, and announcements of what changed. Pass the transaction that
 * archived the events.
 */
export async function conclude(
  sql: Sql,
  context: Judging,
  subject: ConcludedSubject,
  read: ReadHistory,
): Promise<void> {
  const { executionId, executionArn, stateMachineArn, type, breaksOff, isNew } = subject;
  const { trace } = read;
  const machine = subject.definition?.machine;
  const now = present(context);
  // Sent together: within a transaction each answer waited for is a journey to the database and back.
  const keepRecorded = () => [
    read.keepFailures(),
    replaceSearchValues(sql, executionId, read.searchValues, isNew),
    noteMapRuns(sql, subject, read.mapRuns, now),
    replaceLinks(sql, executionId, read.links, isNew),
  ];
  if (trace === undefined || machine === undefined) {
    await Promise.all(keepRecorded());
    return;
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
    syncFindings(sql, { stateMachineArn, executionArn, executionId, isNew }, findings, now),
    saveReplay(sql, executionId, replayRow),
    replaceVisits(sql, executionId, trace.visits, isNew),
    ...keepRecorded(),
  ]);
  await announce(sql, context, changes, now);
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
