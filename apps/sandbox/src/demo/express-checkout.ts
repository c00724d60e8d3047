import type { StateMachine } from '@steptrail/asl';
import { answering, exception, fails, invoked, sent, succeeds } from './answers.ts';
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

const definition = (place: Place): StateMachine => ({
  Comment: 'Checkout: price, charge, and hand the order over to fulfilment',
  StartAt: 'PriceCart',
  TimeoutSeconds: 60,
  States: {
    PriceCart: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn(place, 'checkout-price'), 'Payload.$': '$' },
      ResultSelector: { 'total.$': '$.Payload.total' },
      ResultPath: '$.price',
      Next: 'IsWorthIt',
    },
    IsWorthIt: {
      Type: 'Choice',
      Choices: [{ Variable: '$.price.total', NumericLessThanEquals: 0, Next: 'EmptyCart' }],
      Default: 'ChargeCard',
    },
    ChargeCard: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: functionArn(place, 'checkout-charge'),
        Payload: { 'orderId.$': '$.orderId', 'amount.$': '$.price.total' },
      },
      ResultSelector: { 'chargeId.$': '$.Payload.chargeId' },
      ResultPath: '$.charge',
      Retry: [
        {
          ErrorEquals: ['Lambda.ServiceException', 'Lambda.TooManyRequestsException'],
          IntervalSeconds: 1,
          MaxAttempts: 2,
        },
      ],
      Catch: [{ ErrorEquals: ['CardDeclined'], ResultPath: '$.failure', Next: 'Declined' }],
      Next: 'HandOver',
    },
    HandOver: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: {
        QueueUrl: `https://sqs.${place.region}.amazonaws.com/${place.accountId}/paid-orders`,
        MessageBody: { 'orderId.$': '$.orderId', 'chargeId.$': '$.charge.chargeId' },
      },
      ResultPath: '$.message',
      End: true,
    },
    EmptyCart: { Type: 'Fail', Error: 'EmptyCart', Cause: 'There is nothing to pay for.' },
    Declined: { Type: 'Fail', Error: 'CardDeclined', CausePath: '$.failure.Cause' },
  },
});

function planCheckout({ dice, index }: Occasion): Plan {
  const order = orderOf(dice, index);
  return {
    name: `checkout-${order.orderId}-${hex(dice, 4, 'name')}`,
    input: { ...order },
    task: answering({
      PriceCart: () =>
        succeeds(invoked({ total: dice('empty') < 0.03 ? 0 : order.total }), between(dice, 40, 160, 'price')),
      ChargeCard: ({ attempt }) => {
        if (attempt === 1 && dice('charge retry') < 0.06) {
          return fails(
            'Lambda.TooManyRequestsException',
            'Rate Exceeded. (Service: Lambda, Status Code: 429)',
            30,
          );
        }
        if (dice('declined') < 0.09)
          return fails('CardDeclined', exception('CardDeclined', 'the issuer refused'), 900);
        return succeeds(
          invoked({ chargeId: `ch_${hex(dice, 14, 'charge')}` }),
          between(dice, 300, 1400, 'charge'),
        );
      },
      HandOver: (call) => succeeds(sent(dice, call), 45),
    }),
  };
}

/** Express with full logs; an execution that AWS runs twice puts the order into the queue twice. */
export const expressCheckout: Scenario = {
  name: 'express-checkout',
  type: 'EXPRESS',
  description: 'Prices a cart, charges the card and hands the order over',
  tags: { team: 'shop', stage: 'prod' },
  logging: { level: 'ALL', includeExecutionData: true },
  revisions: (place) => [{ before: 95 * DAY, definition: definition(place) }],
  every: { past: 5 * HOUR, live: 4 * MINUTE },
  since: 29 * DAY,
  plan: planCheckout,
  incidents: [],
};
