import type { StateMachine } from '@steptrail/asl';
import { answering, exception, fails, invoked, sent, succeeds, written } from './answers.ts';
import { orderOf } from './customers.ts';
import { between, hex } from './dice.ts';
import {
  DAY,
  functionArn,
  HOUR,
  MINUTE,
  type Occasion,
  type Place,
  type Plan,
  type Scenario,
} from './scenario.ts';

/** Orders above this sum wait for a human. The task that waits has no bound: whoever forgets, blocks it for a year. */
const APPROVAL_ABOVE = 1000;

const definition = (place: Place): StateMachine => ({
  Comment: 'From a paid order to a parcel; large orders wait for an approval',
  StartAt: 'ReserveStock',
  States: {
    ReserveStock: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn(place, 'reserve-stock'), 'Payload.$': '$' },
      ResultSelector: { 'reservationId.$': '$.Payload.reservationId', 'warehouse.$': '$.Payload.warehouse' },
      ResultPath: '$.reservation',
      Retry: [
        {
          ErrorEquals: [
            'Lambda.ServiceException',
            'Lambda.AWSLambdaException',
            'Lambda.SdkClientException',
            'Lambda.TooManyRequestsException',
          ],
          IntervalSeconds: 2,
          MaxAttempts: 6,
          BackoffRate: 2,
        },
      ],
      Catch: [{ ErrorEquals: ['OutOfStock'], ResultPath: '$.failure', Next: 'OrderNotAvailable' }],
      Next: 'NeedsApproval',
    },
    NeedsApproval: {
      Type: 'Choice',
      Choices: [{ Variable: '$.total', NumericGreaterThan: APPROVAL_ABOVE, Next: 'AskForApproval' }],
      Default: 'ShipAndNotify',
    },
    AskForApproval: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: {
        QueueUrl: `https://sqs.${place.region}.amazonaws.com/${place.accountId}/order-approvals`,
        MessageBody: { 'orderId.$': '$.orderId', 'total.$': '$.total', 'taskToken.$': '$$.Task.Token' },
      },
      ResultPath: '$.approval',
      Next: 'IsApproved',
    },
    IsApproved: {
      Type: 'Choice',
      Choices: [{ Variable: '$.approval.decision', StringEquals: 'approved', Next: 'ShipAndNotify' }],
      Default: 'OrderRejected',
    },
    ShipAndNotify: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'CreateLabel',
          States: {
            CreateLabel: {
              Type: 'Task',
              Resource: functionArn(place, 'create-shipping-label'),
              Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 3, MaxAttempts: 3 }],
              End: true,
            },
          },
        },
        {
          StartAt: 'NotifyCustomer',
          States: {
            NotifyCustomer: {
              Type: 'Task',
              Resource: 'arn:aws:states:::sns:publish',
              Parameters: {
                TopicArn: `arn:aws:sns:${place.region}:${place.accountId}:order-updates`,
                'Message.$': "States.Format('Order {} is on its way', $.orderId)",
              },
              End: true,
            },
          },
        },
      ],
      ResultSelector: { 'label.$': '$[0].label', 'messageId.$': '$[1].MessageId' },
      ResultPath: '$.shipment',
      Next: 'MarkShipped',
    },
    MarkShipped: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:updateItem',
      Parameters: {
        TableName: 'acme-orders',
        Key: { orderId: { 'S.$': '$.orderId' } },
        UpdateExpression: 'SET orderStatus = :s',
        ExpressionAttributeValues: { ':s': { S: 'SHIPPED' } },
      },
      ResultPath: null,
      End: true,
    },
    OrderNotAvailable: {
      Type: 'Fail',
      Error: 'OrderNotAvailable',
      Cause: 'Not all lines of the order are in stock.',
    },
    OrderRejected: { Type: 'Fail', Error: 'OrderRejected', Cause: 'The approval was refused.' },
  },
});

function planOrder({ dice, index }: Occasion, approval: 'by chance' | 'never'): Plan {
  const order = orderOf(dice, index);
  const total = approval === 'never' ? 2580 : order.total;
  const approvedAfter = between(dice, 4 * MINUTE, 9 * HOUR, 'approval');
  const decision = dice('decision') < 0.9 ? 'approved' : 'rejected';
  return {
    name: `order-${order.orderId}-${hex(dice, 4, 'name')}`,
    input: { ...order, total },
    task: answering({
      ReserveStock: ({ attempt }) => {
        if (approval === 'by chance' && dice('stock') < 0.05)
          return fails('OutOfStock', exception('OutOfStock', 'no item left in any warehouse'), 240);
        if (attempt === 1 && dice('lambda') < 0.08) {
          return fails(
            'Lambda.TooManyRequestsException',
            'Rate Exceeded. (Service: Lambda, Status Code: 429)',
            60,
          );
        }
        const reservation = {
          reservationId: `R-${hex(dice, 8, 'reservation')}`,
          warehouse: dice('w') < 0.6 ? 'LEJ1' : 'HAM2',
        };
        return succeeds(invoked(reservation), between(dice, 120, 900, 'reserve'));
      },
      AskForApproval: (call) => {
        const submitted = { output: sent(dice, call), after: 90 };
        if (approval === 'never') return { kind: 'hangs', submitted };
        return { ...succeeds({ decision, by: 'ops@example.com' }, approvedAfter), submitted };
      },
      CreateLabel: ({ attempt }) =>
        attempt === 1 && dice('carrier') < 0.15
          ? fails('CarrierUnavailable', exception('CarrierUnavailable', 'the carrier answered 503'), 2100)
          : succeeds({ label: `DHL-${hex(dice, 12, 'label')}` }, between(dice, 700, 2600, 'label time')),
      NotifyCustomer: (call) => succeeds(sent(dice, call), 80),
      MarkShipped: () => succeeds(written, 35),
    }),
    ...(approval === 'by chance' && dice('stopped') < 0.015
      ? { stop: { after: 150, error: 'OrderCancelled', cause: 'Cancelled by customer service.' } }
      : {}),
  };
}

/** Order fulfilment, with a human approval by task token that nothing bounds. */
export const orderFulfilment: Scenario = {
  name: 'order-fulfilment',
  type: 'STANDARD',
  description: 'Reserves, approves, ships and confirms an order',
  tags: { team: 'fulfilment', stage: 'prod' },
  logging: { level: 'ERROR', includeExecutionData: false },
  revisions: (place) => [{ before: 140 * DAY, definition: definition(place) }],
  every: { past: 17 * HOUR, live: 6 * MINUTE },
  plan: (occasion) => planOrder(occasion, 'by chance'),
  incidents: [
    { before: 5 * DAY + 3 * HOUR, plan: (occasion) => planOrder(occasion, 'never') },
    { before: 26 * HOUR, plan: (occasion) => planOrder(occasion, 'never') },
  ],
};
