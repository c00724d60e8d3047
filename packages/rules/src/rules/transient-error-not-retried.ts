import { matchesError } from '@steptrail/asl';
import { atEvents } from '../evidence.ts';
import { after, entered, recorded, type Step, started } from '../example-history.ts';
import { placesOf } from '../places.ts';
import type { ExecutionRule } from '../rule.ts';
import { TRANSIENT_LAMBDA_ERRORS } from '../transient-errors.ts';

const transient: ReadonlySet<string> = new Set(TRANSIENT_LAMBDA_ERRORS);
const chargeArn = 'arn:aws:lambda:eu-west-1:111111111111:function:charge';

const charging = (fields: object) => ({
  StartAt: 'Charge',
  States: { Charge: { Type: 'Task', Resource: chargeArn, End: true, ...fields } },
});

const attempt = (previous: number, seconds: number, error: string): Step[] => [
  [
    'LambdaFunctionScheduled',
    previous,
    seconds,
    { lambdaFunctionScheduledEventDetails: { resource: chargeArn, input: '{}' } },
  ],
  ['LambdaFunctionStarted', previous + 1, seconds],
  [
    'LambdaFunctionFailed',
    previous + 2,
    seconds,
    { lambdaFunctionFailedEventDetails: { error, cause: 'Service unavailable' } },
  ],
];

const failed = (previous: number, error: string): Step => [
  'ExecutionFailed',
  previous,
  3,
  { executionFailedEventDetails: { error, cause: 'Service unavailable' } },
];

export const transientErrorNotRetried: ExecutionRule = {
  id: 'transient-error-not-retried',
  subject: 'execution',
  severity: 'high',
  title: 'Execution failed by a transient error that nothing retried',
  why: 'The Lambda service itself answered with an error that a second try usually survives; the definition has no Retry for it, so the whole execution failed.',
  mend: 'Redrive the execution, and add a Retry on the Lambda service exceptions to the state (IntervalSeconds 2, MaxAttempts 6, BackoffRate 2).',
  reference:
    'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception',
  messages: {
    failed: '{state} failed with {error} at event {eventId}, and no Retry of it matches that error.',
  },
  examples: {
    valid: [
      {
        title: 'retried once, and in vain',
        type: 'STANDARD',
        definition: charging({
          Retry: [{ ErrorEquals: ['Lambda.ServiceException'], IntervalSeconds: 2, MaxAttempts: 1 }],
        }),
        history: recorded([
          started(),
          entered('Task', 'Charge', 0, 0),
          ...attempt(2, 0, 'Lambda.ServiceException'),
          ...attempt(5, 2, 'Lambda.ServiceException'),
          failed(8, 'Lambda.ServiceException'),
        ]),
        now: after(10),
      },
    ],
    invalid: [
      {
        title: 'failed at the first try',
        type: 'STANDARD',
        definition: charging({}),
        history: recorded([
          started(),
          entered('Task', 'Charge', 0, 0),
          ...attempt(2, 0, 'Lambda.ServiceException'),
          failed(5, 'Lambda.ServiceException'),
        ]),
        now: after(10),
      },
    ],
  },
  *check({ trace, machine, type, executionArn }) {
    const { failure } = trace;
    const error = failure?.error;
    if (trace.status !== 'FAILED' || failure === undefined || error === undefined || !transient.has(error))
      return;
    const place = placesOf(machine, type).find(({ name }) => name === failure.state);
    const around = place === undefined ? [] : [place, ...place.enclosing];
    const retried = around.some(
      ({ state }) =>
        'Retry' in state && state.Retry?.some((retrier) => matchesError(retrier.ErrorEquals, error)),
    );
    if (retried) return;
    yield {
      severity: 'high',
      message: 'failed',
      data: { state: failure.state ?? 'A state', error, eventId: failure.eventId },
      evidence: atEvents(executionArn, [failure.eventId], place?.pointer),
      key: 'execution',
    };
  },
};
