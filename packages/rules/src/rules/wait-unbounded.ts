import { parseResource } from '@steptrail/asl';
import { atPlaces, tasksOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';
import { hasHeartbeat, hasMachineTimeout, hasTimeout, WAIT_WORDS, waitOf } from '../task-waits.ts';

export const waitUnbounded: DefinitionRule = {
  id: 'wait-unbounded',
  subject: 'definition',
  severity: 'high',
  title: 'Wait for a job, a callback or a worker with no bound at all',
  why: 'Nothing ends this wait when the other side never answers: a job that hangs, a message that is lost or a worker that died leaves the execution open for up to a year, and nobody is told.',
  mend: 'Set TimeoutSeconds on the Task (and HeartbeatSeconds where a worker can send heartbeats), or TimeoutSeconds at the top of the machine, and catch States.Timeout.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-stuck-execution.html',
  messages: {
    unbounded:
      '{state} waits for {waitsFor} without TimeoutSeconds or HeartbeatSeconds, and the machine has no TimeoutSeconds either.',
  },
  examples: {
    valid: [
      {
        title: 'the machine as a whole is bounded',
        type: 'STANDARD',
        definition: {
          TimeoutSeconds: 86400,
          StartAt: 'Transcode',
          States: {
            Transcode: {
              Type: 'Task',
              Resource: 'arn:aws:states:::batch:submitJob.sync',
              Parameters: { JobName: 'transcode', JobQueue: 'media', JobDefinition: 'transcode:3' },
              End: true,
            },
          },
        },
      },
      {
        title: 'a call that answers by itself',
        type: 'STANDARD',
        definition: {
          StartAt: 'Store',
          States: {
            Store: {
              Type: 'Task',
              Resource: 'arn:aws:states:::dynamodb:putItem',
              Parameters: { TableName: 'orders', Item: { id: { 'S.$': '$.id' } } },
              End: true,
            },
          },
        },
      },
    ],
    invalid: [
      {
        title: 'an approval that may never come',
        type: 'STANDARD',
        definition: {
          StartAt: 'Approve',
          States: {
            Approve: {
              Type: 'Task',
              Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
              Parameters: {
                QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111111111111/approvals',
                MessageBody: { 'token.$': '$$.Task.Token' },
              },
              End: true,
            },
          },
        },
      },
      {
        title: 'a job inside a Map',
        type: 'STANDARD',
        definition: {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              ItemProcessor: {
                StartAt: 'Load',
                States: {
                  Load: {
                    Type: 'Task',
                    Resource: 'arn:aws:states:::glue:startJobRun.sync',
                    Parameters: { JobName: 'load' },
                    End: true,
                  },
                },
              },
              End: true,
            },
          },
        },
      },
    ],
  },
  *check({ machine, type }) {
    if (hasMachineTimeout(machine)) return;
    for (const task of tasksOf(machine, type)) {
      const wait = waitOf(parseResource(task.state.Resource));
      if (wait === 'response' || task.express) continue;
      if (hasTimeout(task.state) || hasHeartbeat(task.state)) continue;
      yield {
        severity: 'high',
        message: 'unbounded',
        data: { state: task.name, waitsFor: WAIT_WORDS[wait], resource: task.state.Resource },
        evidence: atPlaces([task]),
        key: task.pointer,
      };
    }
  },
};
