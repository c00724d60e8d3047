import type { StateMachine } from '@steptrail/asl';
import { answering, succeeds, written } from './answers.ts';
import { customerOf } from './customers.ts';
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

const first = (place: Place): StateMachine => ({
  Comment: 'Points for a purchase',
  StartAt: 'CountPoints',
  States: {
    CountPoints: {
      Type: 'Task',
      Resource: functionArn(place, 'loyalty-count'),
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }],
      ResultPath: '$.points',
      Next: 'Book',
    },
    Book: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:putItem',
      Parameters: {
        TableName: 'acme-points',
        Item: { bookingId: { 'S.$': '$.bookingId' }, points: { 'N.$': "States.Format('{}', $.points)" } },
      },
      ResultPath: null,
      End: true,
    },
  },
});

/** Later, gold customers got double points: one Choice and one Pass between the two. */
const second = (place: Place): StateMachine => {
  const { States, ...rest } = first(place);
  const { CountPoints, Book } = States;
  if (CountPoints?.Type !== 'Task' || Book === undefined)
    throw new Error('The first revision has another shape.');
  return {
    ...rest,
    Comment: 'Points for a purchase, twice as many for gold customers',
    States: {
      CountPoints: { ...CountPoints, Next: 'IsGold' },
      IsGold: {
        Type: 'Choice',
        Choices: [{ Variable: '$.tier', StringEquals: 'gold', Next: 'DoublePoints' }],
        Default: 'Book',
      },
      DoublePoints: {
        Type: 'Pass',
        Parameters: {
          'bookingId.$': '$.bookingId',
          'customerId.$': '$.customerId',
          'tier.$': '$.tier',
          'points.$': 'States.MathAdd($.points, $.points)',
        },
        Next: 'Book',
      },
      Book,
    },
  };
};

function planBooking({ dice }: Occasion): Plan {
  const { customerId } = customerOf(dice);
  return {
    name: `points-${customerId}-${hex(dice, 6, 'name')}`,
    input: {
      bookingId: `B-${hex(dice, 8, 'booking')}`,
      customerId,
      tier: dice('tier') < 0.3 ? 'gold' : 'basic',
    },
    task: answering({
      CountPoints: () => succeeds(between(dice, 1, 500, 'points'), between(dice, 50, 400, 'count')),
      Book: () => succeeds(written, 20),
    }),
  };
}

/** A definition that was revised: executions before and after it ran differently, and rightly so. */
export const loyaltyPoints: Scenario = {
  name: 'loyalty-points',
  type: 'STANDARD',
  description: 'Books points for a purchase',
  tags: { team: 'crm', stage: 'prod' },
  logging: { level: 'OFF', includeExecutionData: false },
  revisions: (place) => [
    { before: 160 * DAY, definition: first(place) },
    { before: 37 * DAY, definition: second(place) },
  ],
  versions: [
    { version: 1, before: 159 * DAY },
    { version: 2, before: 36 * DAY },
  ],
  every: { past: 26 * HOUR, live: 10 * MINUTE },
  plan: planBooking,
  incidents: [],
};
