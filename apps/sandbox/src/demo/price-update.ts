import type { StateMachine } from '@steptrail/asl';
import { answering, fails, invoked, succeeds, written } from './answers.ts';
import { between, hex } from './dice.ts';
import { DAY, functionArn, HOUR, type Occasion, type Place, type Plan, type Scenario } from './scenario.ts';

const TRANSIENT = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

const definition = (place: Place): StateMachine => ({
  Comment: 'Publishes new prices: every wait is bounded, every failure has somewhere to go',
  StartAt: 'CheckPrices',
  TimeoutSeconds: 7200,
  States: {
    CheckPrices: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn(place, 'price-check:live'), 'Payload.$': '$' },
      ResultSelector: { 'accepted.$': '$.Payload.accepted' },
      ResultPath: '$.check',
      TimeoutSeconds: 120,
      Retry: [
        {
          ErrorEquals: TRANSIENT,
          IntervalSeconds: 2,
          MaxAttempts: 6,
          BackoffRate: 2,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'NotPublished' }],
      Next: 'AskPricing',
    },
    AskPricing: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: {
        FunctionName: functionArn(place, 'price-approval:live'),
        Payload: { 'listId.$': '$.listId', 'taskToken.$': '$$.Task.Token' },
      },
      ResultPath: '$.approval',
      TimeoutSeconds: 3600,
      HeartbeatSeconds: 900,
      Retry: [
        {
          ErrorEquals: TRANSIENT,
          IntervalSeconds: 2,
          MaxAttempts: 6,
          BackoffRate: 2,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'NotPublished' }],
      Next: 'Publish',
    },
    Publish: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:updateItem',
      Parameters: {
        TableName: 'acme-prices',
        Key: { listId: { 'S.$': '$.listId' } },
        UpdateExpression: 'SET published = :p',
        ExpressionAttributeValues: { ':p': { BOOL: true } },
      },
      ResultPath: null,
      TimeoutSeconds: 30,
      Retry: [
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 1,
          MaxAttempts: 3,
          BackoffRate: 2,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'NotPublished' }],
      Next: 'Published',
    },
    Published: { Type: 'Succeed' },
    NotPublished: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
  },
});

function planList({ dice }: Occasion): Plan {
  const listId = `PL-${hex(dice, 6, 'list')}`;
  const approvedAfter = between(dice, 60_000, 2_400_000, 'approval');
  return {
    name: `prices-${listId}`,
    input: { listId, items: between(dice, 5, 300, 'items') },
    task: answering({
      CheckPrices: ({ attempt }) =>
        attempt === 1 && dice('throttled') < 0.1
          ? fails('Lambda.TooManyRequestsException', 'Rate Exceeded. (Service: Lambda, Status Code: 429)', 40)
          : succeeds(invoked({ accepted: true }), between(dice, 300, 2000, 'check')),
      AskPricing: () => ({
        ...succeeds({ by: 'pricing@example.com' }, approvedAfter),
        submitted: { output: invoked({ asked: true }), after: 250 },
        heartbeats: Array.from(
          { length: Math.floor(approvedAfter / 600_000) },
          (_, beat) => (beat + 1) * 600_000,
        ),
      }),
      Publish: () => succeeds(written, 25),
    }),
  };
}

/** The reference: how a state machine looks that gives no cause for complaint. */
export const priceUpdate: Scenario = {
  name: 'price-update',
  type: 'STANDARD',
  description: 'Publishes a list of prices after an approval',
  tags: { team: 'pricing', stage: 'prod' },
  logging: { level: 'ALL', includeExecutionData: false },
  revisions: (place) => [{ before: 105 * DAY, definition: definition(place) }],
  versions: [{ version: 1, before: 104 * DAY }],
  alias: { name: 'PROD', description: 'What the price service starts' },
  encryption: {
    type: 'CUSTOMER_MANAGED_KMS_KEY',
    kmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/5f0c6d1e-0000-4000-8000-0000000000aa',
    kmsDataKeyReusePeriodSeconds: 300,
  },
  every: { past: 45 * HOUR, live: 6 * HOUR },
  plan: planList,
  incidents: [],
};
