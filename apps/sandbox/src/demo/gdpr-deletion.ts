import type { StateMachine } from '@steptrail/asl';
import { answering, fails, succeeds } from './answers.ts';
import { customerOf } from './customers.ts';
import { between, hex } from './dice.ts';
import {
  DAY,
  functionArn,
  HOUR,
  type Occasion,
  type Place,
  type Plan,
  type Scenario,
  SECOND,
} from './scenario.ts';

const definition = (place: Place): StateMachine => ({
  Comment: 'Deletes a person from every system, on request',
  StartAt: 'FindSystems',
  States: {
    FindSystems: {
      Type: 'Task',
      Resource: functionArn(place, 'gdpr-find-systems'),
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 3 }],
      ResultPath: '$.systems',
      Next: 'DeleteEverywhere',
    },
    DeleteEverywhere: {
      Type: 'Map',
      Label: 'DeleteEverywhere',
      ItemsPath: '$.systems',
      MaxConcurrency: 20,
      ToleratedFailurePercentage: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'DeleteInSystem',
        States: {
          DeleteInSystem: {
            Type: 'Task',
            Resource: functionArn(place, 'gdpr-delete'),
            Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 5 }],
            End: true,
          },
        },
      },
      ResultPath: '$.deleted',
      Next: 'WriteReceipt',
    },
    WriteReceipt: {
      Type: 'Task',
      Resource: functionArn(place, 'gdpr-receipt'),
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 3 }],
      ResultPath: '$.receipt',
      End: true,
    },
  },
});

const SYSTEMS = ['shop', 'crm', 'billing', 'newsletter', 'support', 'analytics', 'backup-eu', 'backup-us'];

function planDeletion({ dice }: Occasion): Plan {
  const { customerId } = customerOf(dice);
  const isLocked = dice('fails') < 0.1;
  const plans = SYSTEMS.map((system, index) => ({
    input: system,
    after: 100 + index * 40,
    task: answering({
      DeleteInSystem: () =>
        isLocked && system.startsWith('backup')
          ? fails('BackupLocked', 'the backup is locked until it has been rotated', 300)
          : succeeds({ system, deleted: true }, between(dice, 1, 30, 'delete', system) * SECOND),
    }),
  }));
  return {
    name: `gdpr-${customerId}-${hex(dice, 4, 'name')}`,
    input: { customerId, requested: 'by the person' },
    task: answering({
      FindSystems: () => succeeds(SYSTEMS, 900),
      WriteReceipt: () => succeeds({ receipt: `s3://acme-gdpr/${customerId}.pdf` }, 1200),
    }),
    children: { state: 'DeleteEverywhere', plans },
    mapRun: () => {
      const after = between(dice, 40, 400, 'run') * SECOND;
      if (isLocked) {
        return {
          kind: 'fails',
          error: 'States.ExceedToleratedFailureThreshold',
          cause: 'The specified tolerated failure threshold was exceeded',
          after,
        };
      }
      return { kind: 'succeeds', output: SYSTEMS.map((system) => ({ system, deleted: true })), after };
    },
  };
}

/** A distributed Map: the histories name Map Runs, whose children are executions of their own. */
export const gdprDeletion: Scenario = {
  name: 'gdpr-deletion',
  type: 'STANDARD',
  description: 'Deletes a person from every system',
  tags: { team: 'privacy', stage: 'prod' },
  logging: { level: 'ERROR', includeExecutionData: false },
  revisions: (place) => [{ before: 150 * DAY, definition: definition(place) }],
  every: { past: 61 * HOUR, live: 8 * HOUR },
  plan: planDeletion,
  incidents: [],
};
