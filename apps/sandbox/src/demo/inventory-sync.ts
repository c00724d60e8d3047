import type { StateMachine } from '@steptrail/asl';
import { answering, exception, fails, succeeds } from './answers.ts';
import { between, hex, pick } from './dice.ts';
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
  Comment: 'Copies stock levels from the ERP system, again and again until it answers',
  StartAt: 'ReadErp',
  States: {
    ReadErp: {
      Type: 'Task',
      Resource: functionArn(place, 'erp-read-stock'),
      Retry: [{ ErrorEquals: ['ErpOverloaded'], IntervalSeconds: 1, MaxAttempts: 30, BackoffRate: 1 }],
      ResultPath: '$.stock',
      Next: 'WriteStock',
    },
    WriteStock: {
      Type: 'Task',
      Resource: functionArn(place, 'shop-write-stock'),
      ResultPath: null,
      End: true,
    },
  },
});

function planSync({ dice }: Occasion, storm: boolean): Plan {
  const refusals = storm ? between(dice, 24, 34, 'storm') : between(dice, 0, 3, 'calm');
  return {
    input: { warehouse: pick(dice, ['LEJ1', 'HAM2', 'MUC3'], 'w'), batch: hex(dice, 6, 'b') },
    task: answering({
      ReadErp: ({ attempt }) =>
        attempt <= refusals
          ? fails(
              'ErpOverloaded',
              exception('ErpOverloaded', 'HTTP 503 from erp.acme.example'),
              between(dice, 900, 3000, 'refusal', attempt),
            )
          : succeeds({ items: between(dice, 100, 4000, 'items') }, 2400),
      WriteStock: () =>
        dice('write') < 0.04
          ? fails(
              'Lambda.ServiceException',
              'Lambda encountered an internal error. (Service: Lambda, Status Code: 500)',
              150,
            )
          : succeeds({ written: true }, 600),
    }),
  };
}

/** A retry storm: a fixed interval, no jitter, thirty attempts, against a system that is overloaded already. */
export const inventorySync: Scenario = {
  name: 'inventory-sync',
  type: 'STANDARD',
  description: 'Copies stock levels from the ERP system into the shop',
  tags: { team: 'warehouse', stage: 'prod' },
  logging: { level: 'OFF', includeExecutionData: false },
  revisions: (place) => [{ before: 160 * DAY, definition: definition(place) }],
  every: { past: 29 * HOUR, live: 15 * MINUTE },
  plan: (occasion) => planSync(occasion, occasion.dice('storm?') < 0.06),
  incidents: Array.from({ length: 14 }, (_, index) => ({
    before: 31 * HOUR - index * 11 * MINUTE,
    plan: (occasion: Occasion) => planSync(occasion, true),
  })),
};
