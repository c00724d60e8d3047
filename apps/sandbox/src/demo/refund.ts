import type { StateMachine } from '@steptrail/asl';
import { answering, exception, fails, invoked, succeeds } from './answers.ts';
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
  Comment: 'Refunds a returned order; large sums and old orders are refused',
  StartAt: 'CheckRequest',
  States: {
    CheckRequest: {
      Type: 'Choice',
      Choices: [
        { Not: { Variable: '$.amount', IsNumeric: true }, Next: 'NotARequest' },
        { Variable: '$.amount', NumericGreaterThan: 500, Next: 'TooLarge' },
        {
          And: [
            { Variable: '$.daysSinceDelivery', NumericGreaterThan: 30 },
            { Variable: '$.goodwill', BooleanEquals: false },
          ],
          Next: 'TooLate',
        },
      ],
      Default: 'Refund',
    },
    Refund: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn(place, 'payment-refund'), 'Payload.$': '$' },
      ResultSelector: { 'refundId.$': '$.Payload.refundId' },
      ResultPath: '$.refund',
      End: true,
    },
    NotARequest: { Type: 'Fail', Error: 'NotARequest', Cause: 'The amount is no number.' },
    TooLarge: { Type: 'Fail', Error: 'RefundTooLarge', Cause: 'Refunds above 500 EUR are made by hand.' },
    TooLate: {
      Type: 'Fail',
      Error: 'RefundTooLate',
      Cause: 'The order was delivered more than 30 days ago.',
    },
  },
});

function planRefund({ dice, index }: Occasion): Plan {
  return {
    name: `refund-A${19_000 + index}-${hex(dice, 4, 'name')}`,
    input: {
      orderId: `A${19_000 + index}`,
      amount: between(dice, 1000, 56_000, 'amount') / 100,
      daysSinceDelivery: between(dice, 1, 38, 'days'),
      goodwill: dice('goodwill') < 0.2,
    },
    task: answering({
      Refund: () => {
        // Nothing retries these: the definition has no Retry, and some refunds were lost to it.
        if (dice('lambda') < 0.06)
          return fails(
            'Lambda.ServiceException',
            'Lambda encountered an internal error. (Service: Lambda, Status Code: 500)',
            180,
          );
        if (dice('bank') < 0.04)
          return fails('BankRefused', exception('BankRefused', 'the account is closed'), 1300);
        return succeeds(
          invoked({ refundId: `re_${hex(dice, 12, 'refund')}` }),
          between(dice, 300, 1500, 'refund time'),
        );
      },
    }),
  };
}

/** Choice and Fail, and a Lambda call that nothing retries. */
export const refund: Scenario = {
  name: 'refund',
  type: 'STANDARD',
  description: 'Pays money back, or says why not',
  tags: { team: 'payments', stage: 'prod' },
  logging: { level: 'OFF', includeExecutionData: false },
  revisions: (place) => [{ before: 180 * DAY, definition: definition(place) }],
  every: { past: 23 * HOUR, live: 12 * MINUTE },
  plan: planRefund,
  incidents: [],
};
