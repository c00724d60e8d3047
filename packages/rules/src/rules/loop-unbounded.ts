import { HISTORY_LIMIT } from '../history-limit.ts';
import { type LoopFacts, loopsOf } from '../loops-of.ts';
import { atPlaces, listNames } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';
import { hasMachineTimeout } from '../task-waits.ts';

const job = (fields: object) => ({
  StartAt: 'Start',
  States: {
    Start: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:emrserverless:startJobRun',
      Parameters: { ApplicationId: 'app', 'ClientToken.$': '$.runId' },
      ResultPath: '$.run',
      TimeoutSeconds: 60,
      Next: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: 30, Next: 'Look' },
    Look: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:emrserverless:getJobRun',
      Parameters: { ApplicationId: 'app', 'JobRunId.$': '$.run.JobRunId' },
      ResultPath: '$.run',
      TimeoutSeconds: 60,
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.run.State', StringEquals: 'SUCCESS', Next: 'Done' }],
      Default: 'Pause',
    },
    Done: { Type: 'Succeed' },
    ...fields,
  },
});

/** Express executions have no limit of events and end after five minutes. */
export const loopUnbounded: DefinitionRule = {
  id: 'loop-unbounded',
  subject: 'definition',
  severity: 'high',
  title: 'Loop that nothing ends but the history quota',
  why: 'Every turn records events, and a Standard execution fails for good at 25,000 of them. This loop ends only when what it looks at changes: a job that hangs takes the execution all the way there.',
  mend: 'Count the turns and leave the loop by a numeric test, set TimeoutSeconds at the top of the machine, or let .sync or a callback do the waiting. Work without end continues in a new execution (StartExecution).',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-history-limit',
  messages: {
    spinning:
      'The loop of {states} waits for nothing and has no numeric exit test and no machine timeout: about {turns} turns of {eventsPerTurn} events use up the history.',
    waiting:
      'The loop of {states} has no numeric exit test and no machine timeout: about {turns} turns of {eventsPerTurn} events use up the history, after at least {quotaAfterSeconds}.',
    'waiting for others':
      'The loop of {states} has no numeric exit test and no machine timeout: about {turns} turns of {eventsPerTurn} events use up the history.',
  },
  examples: {
    valid: [
      {
        title: 'the turns are counted',
        type: 'STANDARD',
        definition: job({
          'Done?': {
            Type: 'Choice',
            Choices: [
              { Variable: '$.run.State', StringEquals: 'SUCCESS', Next: 'Done' },
              { Variable: '$.turns', NumericGreaterThan: 100, Next: 'Done' },
            ],
            Default: 'Pause',
          },
        }),
      },
      {
        title: 'the machine ends in time',
        type: 'STANDARD',
        definition: { TimeoutSeconds: 7200, ...job({}) },
      },
    ],
    invalid: [
      { title: 'a job that is polled until it succeeds', type: 'STANDARD', definition: job({}) },
      {
        title: 'a loop that spins',
        type: 'STANDARD',
        definition: {
          StartAt: 'Next page',
          States: {
            'Next page': {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Parameters: { FunctionName: 'page', 'Payload.$': '$' },
              OutputPath: '$.Payload',
              TimeoutSeconds: 60,
              Next: 'More?',
            },
            'More?': {
              Type: 'Choice',
              Choices: [{ Variable: '$.next', IsPresent: true, Next: 'Next page' }],
              Default: 'Done',
            },
            Done: { Type: 'Succeed' },
          },
        },
      },
    ],
  },
  *check({ machine, type }) {
    if (type === 'EXPRESS' || hasMachineTimeout(machine)) return;
    for (const loop of loopsOf(machine, type)) {
      const [first] = loop.places;
      if (first === undefined || first.express || loop.counted) continue;
      const turns = Math.floor(HISTORY_LIMIT / loop.eventsPerTurn);
      yield {
        severity: loop.spins ? 'high' : 'medium',
        message: messageFor(loop),
        data: {
          states: listNames(loop.places),
          eventsPerTurn: loop.eventsPerTurn,
          turns,
          quotaAfterSeconds: loop.waitSeconds === undefined ? null : turns * loop.waitSeconds,
        },
        evidence: atPlaces(loop.places),
        key: first.pointer,
      };
    }
  },
};

function messageFor({ spins, waitSeconds }: LoopFacts): string {
  if (spins) return 'spinning';
  return waitSeconds === undefined || waitSeconds === 0 ? 'waiting for others' : 'waiting';
}
