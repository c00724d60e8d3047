import type { HistoryEventOnWire } from '@steptrail/history';

/** Epoch milliseconds of a test's first event. */
export const START = Date.parse('2026-03-02T08:00:00Z');
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const ACCOUNT_ID = '123456789012';
export const REGION = 'us-east-1';

export function machineArn(name: string): string {
  return `arn:aws:states:${REGION}:${ACCOUNT_ID}:stateMachine:${name}`;
}

/** An event on the wire; `at` in epoch milliseconds. */
export function event(
  id: number,
  previousEventId: number,
  at: number,
  type: string,
  details: Readonly<Record<`${string}EventDetails`, Readonly<Record<string, unknown>>>> = {},
): HistoryEventOnWire {
  return { timestamp: at / 1000, type, id, previousEventId, ...details };
}

const NONE = { truncated: false };
const RESOURCE = 'sendMessage.waitForTaskToken';
const QUEUE = 'https://sqs.us-east-1.amazonaws.com/123456789012/approvals';

/** Waits for a person's answer: nothing bounds it. */
export const APPROVAL = JSON.stringify({
  StartAt: 'Approve',
  States: {
    Approve: {
      Type: 'Task',
      Resource: `arn:aws:states:::sqs:${RESOURCE}`,
      Parameters: { QueueUrl: QUEUE, MessageBody: { 'token.$': '$$.Task.Token' } },
      End: true,
    },
  },
});

/** An approval that began at `at`, and was given after `answered` milliseconds, or never. */
export function approvalHistory(
  at: number,
  answered = Number.POSITIVE_INFINITY,
): readonly HistoryEventOnWire[] {
  const task = { resourceType: 'sqs', resource: RESOURCE };
  const parameters = JSON.stringify({ QueueUrl: QUEUE, MessageBody: { token: 'AQCEAAAAKgAAAAM' } });
  const submitted = '{"MessageId":"m"}';
  const waiting = [
    event(1, 0, at, 'ExecutionStarted', {
      executionStartedEventDetails: {
        input: '{}',
        inputDetails: NONE,
        roleArn: 'arn:aws:iam::123456789012:role/r',
      },
    }),
    event(2, 0, at, 'TaskStateEntered', {
      stateEnteredEventDetails: { name: 'Approve', input: '{}', inputDetails: NONE },
    }),
    event(3, 2, at, 'TaskScheduled', { taskScheduledEventDetails: { ...task, region: REGION, parameters } }),
    event(4, 3, at + 50, 'TaskStarted', { taskStartedEventDetails: task }),
    event(5, 4, at + 100, 'TaskSubmitted', {
      taskSubmittedEventDetails: { ...task, output: submitted, outputDetails: NONE },
    }),
  ];
  const end = at + answered;
  if (!Number.isFinite(end)) return waiting;
  const output = '{"approved":true}';
  return [
    ...waiting,
    event(6, 5, end, 'TaskSucceeded', {
      taskSucceededEventDetails: { ...task, output, outputDetails: NONE },
    }),
    event(7, 6, end, 'TaskStateExited', {
      stateExitedEventDetails: { name: 'Approve', output, outputDetails: NONE },
    }),
    event(8, 7, end, 'ExecutionSucceeded', {
      executionSucceededEventDetails: { output, outputDetails: NONE },
    }),
  ];
}

/** Goes round until its input says stop. */
export const LOOP = JSON.stringify({
  StartAt: 'Work',
  States: {
    Work: { Type: 'Pass', Next: 'Again?' },
    'Again?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.stop', BooleanEquals: true, Next: 'Done' }],
      Default: 'Work',
    },
    Done: { Type: 'Succeed' },
  },
});

/** A loop of so many rounds, four events and a second each; it goes on, or is stopped by somebody after the last. */
export function loopHistory(at: number, rounds: number, aborted = true): readonly HistoryEventOnWire[] {
  const input = '{"stop":false}';
  const events = [
    event(1, 0, at, 'ExecutionStarted', {
      executionStartedEventDetails: {
        input,
        inputDetails: NONE,
        roleArn: 'arn:aws:iam::123456789012:role/r',
      },
    }),
  ];
  const add = (type: string, name: string, round: number) => {
    const id = events.length + 1;
    const details = type.endsWith('Entered')
      ? { stateEnteredEventDetails: { name, input, inputDetails: NONE } }
      : { stateExitedEventDetails: { name, output: input, outputDetails: NONE } };
    events.push(event(id, id === 2 ? 0 : id - 1, at + round * SECOND, type, details));
  };
  for (let round = 0; round < rounds; round++) {
    add('PassStateEntered', 'Work', round);
    add('PassStateExited', 'Work', round);
    add('ChoiceStateEntered', 'Again?', round);
    add('ChoiceStateExited', 'Again?', round);
  }
  if (aborted) {
    const details = { executionAbortedEventDetails: {} };
    events.push(event(events.length + 1, 0, at + rounds * SECOND, 'ExecutionAborted', details));
  }
  return events;
}

/** Two Pass states: the Express machine of the tests. */
export const CHECKOUT = JSON.stringify({
  StartAt: 'Check',
  States: { Check: { Type: 'Pass', Next: 'Ship' }, Ship: { Type: 'Pass', End: true } },
});

export function checkoutHistory(at: number): readonly HistoryEventOnWire[] {
  const input = '{"cart":1}';
  const entered = (name: string) => ({ stateEnteredEventDetails: { name, input, inputDetails: NONE } });
  const exited = (name: string) => ({
    stateExitedEventDetails: { name, output: input, outputDetails: NONE },
  });
  return [
    event(1, 0, at, 'ExecutionStarted', {
      executionStartedEventDetails: {
        input,
        inputDetails: NONE,
        roleArn: 'arn:aws:iam::123456789012:role/r',
      },
    }),
    event(2, 0, at, 'PassStateEntered', entered('Check')),
    event(3, 2, at, 'PassStateExited', exited('Check')),
    event(4, 3, at, 'PassStateEntered', entered('Ship')),
    event(5, 4, at + SECOND, 'PassStateExited', exited('Ship')),
    event(6, 5, at + SECOND, 'ExecutionSucceeded', {
      executionSucceededEventDetails: { output: input, outputDetails: NONE },
    }),
  ];
}

/** An approval whose request failed, so that the execution did; redriven at `redriven`, it is given a minute later. */
export function redrivenHistory(at: number, redriven: number): readonly HistoryEventOnWire[] {
  const waiting = approvalHistory(at).slice(0, 4);
  const task = { resourceType: 'sqs', resource: RESOURCE };
  const failure = { error: 'Sqs.QueueDoesNotExistException', cause: 'no queue' };
  const again = approvalHistory(redriven, MINUTE).slice(2);
  return [
    ...waiting,
    event(5, 4, at + 100, 'TaskSubmitFailed', { taskSubmitFailedEventDetails: { ...task, ...failure } }),
    event(6, 5, at + 100, 'ExecutionFailed', { executionFailedEventDetails: failure }),
    event(7, 6, redriven, 'ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: 1 } }),
    ...again.map((one) => ({
      ...one,
      id: one.id + 5,
      previousEventId: one.id === 3 ? 2 : one.previousEventId + 5,
    })),
  ];
}
