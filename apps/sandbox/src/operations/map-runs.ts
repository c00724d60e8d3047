import type { Execution } from '../account.ts';
import { type Answer, type Operation, seconds } from '../operation.ts';
import { pageOf } from './page-of.ts';
import { isKept, requiredExecution, requiredMapRun } from './required.ts';

/** The Map Runs of an execution, the newest first. */
export const listMapRuns: Operation = (request, situation) => {
  const { executionArn } = requiredExecution(request, situation);
  const rows = situation.account
    .mapRuns(executionArn, situation.now)
    .filter((run) => isKept(run, situation))
    .toSorted((a, b) => b.startDate - a.startDate)
    .map(({ mapRunArn, stateMachineArn, startDate, stopDate }) => ({
      executionArn,
      mapRunArn,
      stateMachineArn,
      startDate: seconds(startDate),
      ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }),
    }));
  return pageOf('mapRuns', rows, ['ListMapRuns', executionArn], request, situation);
};

const COUNTED = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
  PENDING_REDRIVE: 'pendingRedrive',
} as const satisfies Record<Execution['status'], string>;

function countsOf(children: readonly Execution[], pending: number): Answer {
  const counts = { pending, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, pendingRedrive: 0 };
  for (const { status } of children) counts[COUNTED[status]] += 1;
  return { ...counts, total: children.length + pending, resultsWritten: 0, failuresNotRedrivable: 0 };
}

export const describeMapRun: Operation = (request, situation) => {
  const run = requiredMapRun(request, situation);
  const counts = countsOf(run.children, run.pending);
  return {
    mapRunArn: run.mapRunArn,
    executionArn: run.executionArn,
    status: run.status,
    startDate: seconds(run.startDate),
    ...(run.stopDate === undefined ? {} : { stopDate: seconds(run.stopDate) }),
    maxConcurrency: run.maxConcurrency,
    toleratedFailurePercentage: run.toleratedFailurePercentage,
    toleratedFailureCount: run.toleratedFailureCount,
    itemCounts: counts,
    executionCounts: counts,
    redriveCount: run.redriveCount,
    ...(run.redriveDate === undefined ? {} : { redriveDate: seconds(run.redriveDate) }),
  };
};
