import type { StateMachine } from '@steptrail/asl';
import { answering, succeeds } from './answers.ts';
import { between, hex, uuid } from './dice.ts';
import {
  DAY,
  HOUR,
  MINUTE,
  type Occasion,
  type Place,
  type Plan,
  type Scenario,
  SECOND,
} from './scenario.ts';

/** Nine events a turn: Wait 2, Task 5, Choice 2. */
const EVENTS_A_TURN = 9;
const SECONDS_A_TURN = 30;

const definition = (place: Place): StateMachine => ({
  Comment: 'Starts a sales report in Athena and asks every half minute whether it is done',
  StartAt: 'StartQuery',
  States: {
    StartQuery: {
      Type: 'Task',
      Resource: 'arn:aws:states:::athena:startQueryExecution',
      Parameters: {
        'QueryString.$': "States.Format('SELECT * FROM sales WHERE region = \\'{}\\'', $.salesRegion)",
        WorkGroup: 'reports',
      },
      ResultSelector: { 'queryId.$': '$.QueryExecutionId' },
      ResultPath: '$.query',
      Next: 'WaitALittle',
    },
    WaitALittle: { Type: 'Wait', Seconds: SECONDS_A_TURN, Next: 'AskStatus' },
    AskStatus: {
      Type: 'Task',
      Resource: 'arn:aws:states:::athena:getQueryExecution',
      Parameters: { 'QueryExecutionId.$': '$.query.queryId' },
      ResultSelector: { 'state.$': '$.QueryExecution.Status.State' },
      ResultPath: '$.answer',
      Next: 'IsDone',
    },
    IsDone: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.answer.state', StringEquals: 'SUCCEEDED', Next: 'MailReport' },
        { Variable: '$.answer.state', StringEquals: 'FAILED', Next: 'QueryFailed' },
      ],
      Default: 'WaitALittle',
    },
    MailReport: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish',
      Parameters: {
        TopicArn: `arn:aws:sns:${place.region}:${place.accountId}:reports`,
        'Message.$': '$.query.queryId',
      },
      ResultPath: null,
      End: true,
    },
    QueryFailed: { Type: 'Fail', Error: 'QueryFailed', Cause: 'Athena could not run the query.' },
  },
});

function planReport({ dice }: Occasion, turns: number): Plan {
  const queryId = uuid(dice, 'query');
  const end = dice('end') < 0.1 ? 'FAILED' : 'SUCCEEDED';
  return {
    name: `report-${hex(dice, 8, 'name')}`,
    input: { salesRegion: dice('region') < 0.5 ? 'EMEA' : 'APAC' },
    task: answering({
      StartQuery: () => succeeds({ QueryExecutionId: queryId }, 250),
      AskStatus: ({ visit }) => {
        const State = visit < turns ? 'QUEUED' : end;
        return succeeds({ QueryExecution: { QueryExecutionId: queryId, Status: { State } } }, 90);
      },
      MailReport: () => succeeds({ MessageId: uuid(dice, 'mail') }, 70),
    }),
  };
}

/** How long ago a loop began that has made so many events by now. */
function begunFor(events: number): number {
  return Math.round((events / EVENTS_A_TURN) * (SECONDS_A_TURN + 0.2) * SECOND);
}

/** A loop that polls: one query hangs in its queue, and its execution nears the 25,000 events that end it. */
export const reportPoller: Scenario = {
  name: 'sales-report',
  type: 'STANDARD',
  description: 'Runs a sales report and mails it',
  tags: { team: 'analytics', stage: 'prod' },
  logging: { level: 'OFF', includeExecutionData: false },
  revisions: (place) => [{ before: 110 * DAY, definition: definition(place) }],
  every: { past: 67 * HOUR, live: 90 * MINUTE },
  plan: (occasion) => planReport(occasion, between(occasion.dice, 2, 14, 'turns')),
  incidents: [
    { before: begunFor(21_000), plan: (occasion) => planReport(occasion, Number.POSITIVE_INFINITY) },
  ],
};
