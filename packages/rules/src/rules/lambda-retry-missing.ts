import { matchesError, type State } from '@steptrail/asl';
import { atPlaces, listNames, type Place, tasksOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';
import { callsLambda } from '../task-waits.ts';
import { TRANSIENT_LAMBDA_ERRORS } from '../transient-errors.ts';

export const lambdaRetryMissing: DefinitionRule = {
  id: 'lambda-retry-missing',
  subject: 'definition',
  severity: 'medium',
  title: 'Lambda call that no Retry protects from transient service errors',
  why: 'Lambda answers now and then with an error of its own (Lambda.ServiceException and the like) that a second try would survive. Without Retry the whole execution fails for it.',
  mend: 'Add a Retry on Lambda.ClientExecutionTimeoutException, Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException and Lambda.TooManyRequestsException with IntervalSeconds 2, MaxAttempts 6, BackoffRate 2.',
  reference:
    'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception',
  messages: {
    missing:
      '{count} of {calls} Lambda calls retry none of the transient errors of the Lambda service: {states}.',
  },
  examples: {
    valid: [
      {
        title: 'a retrier names the service exceptions',
        type: 'STANDARD',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Parameters: { FunctionName: 'charge', 'Payload.$': '$' },
              Retry: [
                {
                  ErrorEquals: [
                    'Lambda.ClientExecutionTimeoutException',
                    'Lambda.ServiceException',
                    'Lambda.AWSLambdaException',
                    'Lambda.SdkClientException',
                  ],
                  IntervalSeconds: 2,
                  MaxAttempts: 6,
                  BackoffRate: 2,
                },
              ],
              End: true,
            },
          },
        },
      },
      {
        title: 'States.TaskFailed covers them',
        type: 'EXPRESS',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:eu-west-1:111111111111:function:charge',
              Retry: [{ ErrorEquals: ['States.TaskFailed'] }],
              End: true,
            },
          },
        },
      },
      {
        title: 'the Map around it is tried again as a whole',
        type: 'STANDARD',
        definition: {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              ItemProcessor: {
                StartAt: 'Resize',
                States: {
                  Resize: {
                    Type: 'Task',
                    Resource: 'arn:aws:lambda:eu-west-1:111111111111:function:resize',
                    End: true,
                  },
                },
              },
              Retry: [{ ErrorEquals: ['States.ALL'] }],
              End: true,
            },
          },
        },
      },
    ],
    invalid: [
      {
        title: 'no Retry at all',
        type: 'STANDARD',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Parameters: { FunctionName: 'charge', 'Payload.$': '$' },
              End: true,
            },
          },
        },
      },
      {
        title: 'a Retry of a business error only, and one that never retries',
        type: 'STANDARD',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:eu-west-1:111111111111:function:charge',
              Retry: [{ ErrorEquals: ['CardBusy'] }, { ErrorEquals: ['States.ALL'], MaxAttempts: 0 }],
              End: true,
            },
          },
        },
      },
    ],
  },
  *check({ machine, type }) {
    const calls = tasksOf(machine, type).filter((task) => callsLambda(task.state));
    const bare = calls.filter((task) => ![task, ...task.enclosing].some(retriesTransientErrors));
    if (bare.length === 0) return;
    yield {
      severity: 'medium',
      message: 'missing',
      data: { count: bare.length, calls: calls.length, states: listNames(bare) },
      evidence: atPlaces(bare),
      key: 'machine',
    };
  },
};

/** A retrier that comes first wins, so one with MaxAttempts 0 takes its errors away from those after it. */
function retriesTransientErrors({ state }: Place<State>): boolean {
  if (!('Retry' in state)) return false;
  return TRANSIENT_LAMBDA_ERRORS.some((error) => {
    const first = state.Retry?.find((retrier) => matchesError(retrier.ErrorEquals, error));
    return first !== undefined && first.MaxAttempts !== 0;
  });
}
