import { atEvents } from '../evidence.ts';
import { after, entered, recorded, type Step, started } from '../example-history.ts';
import { groupBy } from '../group-by.ts';
import type { ExecutionRule } from '../rule.ts';

/** AWS's own advice is six retries; a visit with this many attempts is past helping. */
const STORM_ATTEMPTS = 15;

const resource = 'arn:aws:lambda:eu-west-1:111111111111:function:sync';

const syncing = {
  StartAt: 'Sync',
  States: {
    Sync: {
      Type: 'Task',
      Resource: resource,
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 1, MaxAttempts: 30 }],
      End: true,
    },
  },
};

/** A function that refuses so often, two seconds apart, and is then tried once more. */
function* refused(times: number): Generator<Step> {
  yield started();
  yield entered('Task', 'Sync', 0, 0);
  for (let attempt = 0; attempt <= times; attempt++) {
    const previous = attempt * 3 + 2;
    const seconds = attempt * 2;
    const scheduled = {
      lambdaFunctionScheduledEventDetails: { resource, input: '{}', timeoutInSeconds: 60 },
    };
    yield ['LambdaFunctionScheduled', previous, seconds, scheduled];
    yield ['LambdaFunctionStarted', previous + 1, seconds];
    if (attempt === times) return;
    const failed = { lambdaFunctionFailedEventDetails: { error: 'Overloaded', cause: 'Try later' } };
    yield ['LambdaFunctionFailed', previous + 2, seconds, failed];
  }
}

export const retryStorm: ExecutionRule = {
  id: 'retry-storm',
  subject: 'execution',
  severity: 'medium',
  title: 'Task tried again and again',
  why: 'What refuses fifteen times in a row will hardly accept the next call. Every attempt costs a state transition and events, and many executions that do so together keep an overloaded service down.',
  mend: 'Retry less often and further apart: MaxAttempts about 6, BackoffRate 2, MaxDelaySeconds, JitterStrategy FULL. Catch the error after that, and redrive once the cause is gone.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html',
  messages: {
    storm: '{state} was tried {attempts} times in one visit; it is {outcome}. The last error was {error}.',
  },
  examples: {
    valid: [
      {
        title: 'four retries',
        type: 'STANDARD',
        definition: syncing,
        history: recorded(refused(4)),
        now: after(10),
      },
    ],
    invalid: [
      {
        title: 'twenty retries, two seconds apart',
        type: 'STANDARD',
        definition: syncing,
        history: recorded(refused(20)),
        now: after(42),
      },
    ],
  },
  *check({ trace, executionArn }) {
    const storms = trace.visits.filter((visit) => visit.attempts >= STORM_ATTEMPTS);
    for (const [key, visits] of groupBy(storms, (visit) => visit.pointer ?? visit.state)) {
      const worst = visits.reduce((a, b) => (b.attempts > a.attempts ? b : a));
      yield {
        severity: 'medium',
        message: 'storm',
        data: {
          state: worst.state,
          attempts: worst.attempts,
          outcome: worst.outcome,
          error: worst.error ?? 'not recorded',
          visits: visits.length,
        },
        evidence: atEvents(
          executionArn,
          visits.map((visit) => visit.enteredEventId),
          worst.pointer,
        ),
        key,
      };
    }
  },
};
