import type { StateMachine } from '@steptrail/asl';
import { answering, fails, invoked, succeeds } from './answers.ts';
import { between, type Dice, hex } from './dice.ts';
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

const CHILD = 'invoice-print';
const CHILD_STARTS_AFTER = 4500;

const definition = (place: Place): StateMachine => ({
  Comment: 'Collects what is due, and lets a second machine print and send it',
  StartAt: 'CollectDue',
  States: {
    CollectDue: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn(place, 'invoice-collect'), 'Payload.$': '$' },
      ResultSelector: { 'count.$': '$.Payload.count', 'batch.$': '$.Payload.batch' },
      ResultPath: '$.due',
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 3 }],
      Next: 'Print',
    },
    Print: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: {
        StateMachineArn: `arn:aws:states:${place.region}:${place.accountId}:stateMachine:${CHILD}`,
        'Name.$': '$.due.batch',
        Input: {
          'batch.$': '$.due.batch',
          'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$': '$$.Execution.Id',
        },
      },
      ResultSelector: { 'printed.$': '$.Output.printed' },
      ResultPath: '$.print',
      End: true,
    },
  },
});

/** What parent and child agree on: both throw the same dice. */
function printing(dice: Dice, start: number) {
  return {
    batch: `batch-${new Date(start).toISOString().slice(0, 10)}-${hex(dice, 4, 'batch')}`,
    printed: between(dice, 40, 900, 'count'),
    after: between(dice, 4 * MINUTE, 50 * MINUTE, 'print'),
    failsToPrint: dice('paper') < 0.1,
  };
}

function planRun({ dice, start, place }: Occasion): Plan {
  const { batch, printed, after, failsToPrint } = printing(dice, start);
  const at = `arn:aws:states:${place.region}:${place.accountId}`;
  const ExecutionArn = `${at}:execution:${CHILD}:${batch}`;
  const child = { ExecutionArn, StateMachineArn: `${at}:stateMachine:${CHILD}`, Name: batch };
  return {
    name: `invoices-${batch}`,
    input: { until: new Date(start).toISOString().slice(0, 10) },
    task: answering({
      CollectDue: () => succeeds(invoked({ count: printed, batch }), 4200),
      Print: () => {
        const submitted = { output: { ExecutionArn, StartDate: start + CHILD_STARTS_AFTER }, after: 300 };
        const done = after + 900;
        if (failsToPrint) {
          const cause = JSON.stringify({
            ...child,
            Status: 'FAILED',
            Error: 'OutOfPaper',
            Cause: 'tray 2 is empty',
          });
          return { ...fails('States.TaskFailed', cause, done), submitted };
        }
        return { ...succeeds({ ...child, Status: 'SUCCEEDED', Output: { printed } }, done), submitted };
      },
    }),
  };
}

const every = { past: 84 * HOUR, live: 24 * HOUR };

const childDefinition = (place: Place): StateMachine => ({
  Comment: 'Prints one batch of invoices',
  StartAt: 'PrintBatch',
  TimeoutSeconds: 10_800,
  States: {
    PrintBatch: {
      Type: 'Task',
      Resource: functionArn(place, 'invoice-print'),
      TimeoutSeconds: 3600,
      Retry: [
        { ErrorEquals: ['Lambda.ServiceException', 'Lambda.TooManyRequestsException'], MaxAttempts: 3 },
      ],
      End: true,
    },
  },
});

function planChild({ dice, start, place }: Occasion): Plan {
  const { batch, printed, after, failsToPrint } = printing(dice, start);
  return {
    name: batch,
    input: {
      batch,
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: `arn:aws:states:${place.region}:${place.accountId}:execution:invoice-run:invoices-${batch}`,
    },
    task: answering({
      PrintBatch: () =>
        failsToPrint ? fails('OutOfPaper', 'tray 2 is empty', after) : succeeds({ printed }, after),
    }),
  };
}

/** A nested execution by `startExecution.sync:2`, without any bound on how long the child may take. */
export const invoiceRun: Scenario = {
  name: 'invoice-run',
  type: 'STANDARD',
  description: 'Prints and sends the invoices that are due',
  tags: { team: 'finance', stage: 'prod' },
  logging: { level: 'OFF', includeExecutionData: false },
  revisions: (place) => [{ before: 220 * DAY, definition: definition(place) }],
  every,
  plan: planRun,
  incidents: [],
};

/** The child of `invoice-run`. */
export const invoicePrint: Scenario = {
  name: CHILD,
  type: 'STANDARD',
  description: 'Prints one batch of invoices',
  tags: { team: 'finance', stage: 'prod' },
  logging: { level: 'OFF', includeExecutionData: false },
  revisions: (place) => [{ before: 220 * DAY, definition: childDefinition(place) }],
  every,
  childOf: { name: 'invoice-run', after: CHILD_STARTS_AFTER },
  plan: planChild,
  incidents: [],
};
