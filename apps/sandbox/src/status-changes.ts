import { STATUS_CHANGE } from '@steptrail/history';
import type { Account, Execution, Time } from './account.ts';

interface Change {
  readonly at: Time;
  readonly execution: Execution;
  readonly status: string;
}

/** What happened to an execution after `from`, up to and with `to`. */
function changesOf(execution: Execution, from: Time, to: Time): readonly Change[] {
  const { startDate, stopDate, redriveDate, status } = execution;
  const changes: Change[] = [
    { at: startDate, execution, status: 'RUNNING' },
    ...(redriveDate === undefined ? [] : [{ at: redriveDate, execution, status: 'RUNNING' }]),
    ...(stopDate === undefined ? [] : [{ at: stopDate, execution, status }]),
  ];
  return changes.filter(({ at }) => at > from && at <= to);
}

/** An event of EventBridge as it comes from a queue; one about a start says nothing of a later redrive. */
function write({ at, execution, status }: Change, { accountId, region }: Account, id: string): string {
  const { executionArn, stateMachineArn, name, startDate, input, output, error, cause } = execution;
  const ended = status !== 'RUNNING';
  const redriven = execution.redriveDate !== undefined && at >= execution.redriveDate;
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': STATUS_CHANGE,
    source: 'aws.states',
    account: accountId,
    time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate,
      stopDate: ended ? at : null,
      input: input ?? null,
      inputDetails: { included: input !== undefined },
      output: ended ? (output ?? null) : null,
      outputDetails: ended && output !== undefined ? { included: true } : null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: redriven ? execution.redriveCount : 0,
      redriveDate: redriven ? execution.redriveDate : null,
      redriveStatus: null,
      redriveStatusReason: null,
      error: ended ? (error ?? null) : null,
      cause: ended ? (cause ?? null) : null,
    },
  });
}

/**
 * The status changes of an account's Standard executions after `from`, up to and with `to`, by time, as the events that
 * EventBridge sends of them. Express executions send none.
 */
export function statusChanges(account: Account, from: Time, to: Time): readonly string[] {
  return account
    .stateMachines(to)
    .filter(({ type }) => type === 'STANDARD')
    .flatMap(({ stateMachineArn }) => account.executions(stateMachineArn, to))
    .flatMap((execution) => changesOf(execution, from, to))
    .sort((a, b) => a.at - b.at)
    .map((change, index) =>
      write(change, account, `00000000-0000-4000-8000-${(change.at + index).toString(16).padStart(12, '0')}`),
    );
}
