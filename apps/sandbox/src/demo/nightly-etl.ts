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

const SOURCES = ['orders', 'customers', 'stock', 'returns', 'clicks'] as const;

const definition = (place: Place): StateMachine => ({
  Comment: 'Every night: extract and transform each source, then load all into the warehouse',
  StartAt: 'PlanPartitions',
  TimeoutSeconds: 21_600,
  States: {
    PlanPartitions: {
      Type: 'Task',
      Resource: functionArn(place, 'etl-plan-partitions'),
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 2 }],
      Next: 'EachPartition',
    },
    EachPartition: {
      Type: 'Map',
      ItemsPath: '$.partitions',
      ItemSelector: { 'date.$': '$.date', 'source.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
      MaxConcurrency: 3,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Extract',
        States: {
          Extract: {
            Type: 'Task',
            Resource: functionArn(place, 'etl-extract'),
            Retry: [
              {
                ErrorEquals: ['SourceBusy', 'Lambda.TooManyRequestsException'],
                IntervalSeconds: 10,
                MaxAttempts: 4,
                BackoffRate: 2,
              },
              { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 2, MaxAttempts: 1 },
            ],
            ResultPath: '$.extracted',
            Next: 'Transform',
          },
          Transform: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: { FunctionName: functionArn(place, 'etl-transform'), 'Payload.$': '$' },
            OutputPath: '$.Payload',
            End: true,
          },
        },
      },
      ResultPath: '$.transformed',
      Next: 'LoadWarehouse',
    },
    LoadWarehouse: {
      Type: 'Task',
      Resource: 'arn:aws:states:::glue:startJobRun.sync',
      Parameters: { JobName: 'load-warehouse', Arguments: { '--date.$': '$.date' } },
      TimeoutSeconds: 7200,
      ResultPath: '$.load',
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'LoadFailed' }],
      Next: 'Done',
    },
    LoadFailed: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
    Done: { Type: 'Succeed', OutputPath: '$.load' },
  },
});

function planNight({ dice, start }: Occasion): Plan {
  const date = new Date(start).toISOString().slice(0, 10);
  const run = `jr_${hex(dice, 32, 'glue')}`;
  const crashes = dice('glue crash') < 0.07;
  return {
    name: `etl-${date}-${hex(dice, 4, 'name')}`,
    input: { date, requestedBy: 'scheduler' },
    task: answering({
      PlanPartitions: () => succeeds({ date, partitions: [...SOURCES] }, 340),
      Extract: ({ attempt, path }) => {
        const busy = Math.floor(dice('busy', path) * 3.4) - 1;
        return attempt <= busy
          ? fails('SourceBusy', exception('SourceBusy', 'too many connections to the source'), 1500)
          : succeeds(
              { rows: between(dice, 2_000, 90_000, 'rows', path), key: `s3://acme-lake/raw/${date}/${path}` },
              between(dice, 9, 70, 'extract', path) * 1000,
            );
      },
      Transform: ({ path }) =>
        succeeds(
          invoked({
            key: `s3://acme-lake/clean/${date}/${hex(dice, 6, path)}`,
            rejected: between(dice, 0, 40, 'r', path),
          }),
          between(dice, 5, 45, 'transform', path) * 1000,
        ),
      LoadWarehouse: () => {
        const submitted = { output: { JobRunId: run }, after: 400 };
        const after = between(dice, 11 * MINUTE, 38 * MINUTE, 'load');
        if (crashes) {
          const cause = JSON.stringify({
            JobName: 'load-warehouse',
            Id: run,
            JobRunState: 'FAILED',
            ErrorMessage: 'An error occurred while calling o112.save. Disk quota exceeded',
          });
          return { ...fails('States.TaskFailed', cause, after), submitted };
        }
        return {
          ...succeeds(
            {
              JobName: 'load-warehouse',
              Id: run,
              JobRunState: 'SUCCEEDED',
              ExecutionTime: Math.round(after / 1000),
            },
            after,
          ),
          submitted,
        };
      },
    }),
  };
}

/** The nightly batch: an inline Map with few slots, Lambda retries, and a Glue job at the end. */
export const nightlyEtl: Scenario = {
  name: 'nightly-etl',
  type: 'STANDARD',
  description: 'Extracts, transforms and loads the day into the warehouse',
  tags: { team: 'data-platform', stage: 'prod' },
  logging: { level: 'ERROR', includeExecutionData: true },
  revisions: (place) => [{ before: 200 * DAY, definition: definition(place) }],
  every: { past: 24 * HOUR, live: 24 * HOUR },
  plan: planNight,
  incidents: [],
};
