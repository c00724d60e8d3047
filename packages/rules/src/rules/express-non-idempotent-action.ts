import { actionOf, judgeRepetition } from '../idempotency.ts';
import { atPlaces, listNames, tasksOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';

type Task = ReturnType<typeof tasksOf>[number];

export const expressNonIdempotentAction: DefinitionRule = {
  id: 'express-non-idempotent-action',
  subject: 'definition',
  severity: 'high',
  title: 'Express workflow with an action that must not be repeated',
  why: 'An Express execution that is started asynchronously runs at least once, so now and then it runs from its beginning a second time: messages are sent, cards are charged and counters are raised twice.',
  mend: 'Give the action a token that is the same at every run (from a business key in the input, not States.UUID() or a time), make it conditional, let its receiver recognise duplicates, or move it to a Standard workflow.',
  reference:
    'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-standard-vs-express.html#express-at-least-once-execution',
  messages: {
    repeats: '{state} calls {action}, which repeats its effect when the Express execution runs again.',
    'token missing':
      '{state} calls {action} without {member}, so a second run of the Express execution repeats its effect.',
    'token changes':
      '{state} calls {action} with a {member} made from {source}, which is another one at the second run and so protects nothing.',
    'arguments change':
      '{state} calls {action} with arguments made from {source}: a second run does not overwrite the first but adds to it.',
    unclear: 'Only their owner knows whether the code behind these tasks may run twice ({count}): {states}.',
  },
  examples: {
    valid: [
      {
        title: 'the same message in a Standard workflow',
        type: 'STANDARD',
        definition: {
          StartAt: 'Announce',
          States: {
            Announce: {
              Type: 'Task',
              Resource: 'arn:aws:states:::sqs:sendMessage',
              Parameters: {
                QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111111111111/orders',
                'MessageBody.$': '$',
              },
              End: true,
            },
          },
        },
      },
      {
        title: 'a FIFO queue that knows the order’s id again',
        type: 'EXPRESS',
        definition: {
          StartAt: 'Announce',
          States: {
            Announce: {
              Type: 'Task',
              Resource: 'arn:aws:states:::sqs:sendMessage',
              Parameters: {
                QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111111111111/orders.fifo',
                MessageGroupId: 'orders',
                'MessageDeduplicationId.$': '$.orderId',
                'MessageBody.$': '$',
              },
              End: true,
            },
          },
        },
      },
      {
        title: 'an item that is written over itself',
        type: 'EXPRESS',
        definition: {
          StartAt: 'Store',
          States: {
            Store: {
              Type: 'Task',
              Resource: 'arn:aws:states:::dynamodb:putItem',
              Parameters: { TableName: 'orders', Item: { id: { 'S.$': '$.orderId' } } },
              End: true,
            },
          },
        },
      },
    ],
    invalid: [
      {
        title: 'a message on a standard queue',
        type: 'EXPRESS',
        definition: {
          StartAt: 'Announce',
          States: {
            Announce: {
              Type: 'Task',
              Resource: 'arn:aws:states:::sqs:sendMessage',
              Parameters: {
                QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111111111111/orders',
                'MessageBody.$': '$',
              },
              End: true,
            },
          },
        },
      },
      {
        title: 'a token that is another one at every run',
        type: 'EXPRESS',
        definition: {
          QueryLanguage: 'JSONata',
          StartAt: 'Run',
          States: {
            Run: {
              Type: 'Task',
              Resource: 'arn:aws:states:::aws-sdk:ec2:runInstances',
              Arguments: { ImageId: 'ami-1', MinCount: 1, MaxCount: 1, ClientToken: '{% $uuid() %}' },
              End: true,
            },
          },
        },
      },
      {
        title: 'a counter in the Express children of a Distributed Map',
        type: 'STANDARD',
        definition: {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              ItemProcessor: {
                ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
                StartAt: 'Count',
                States: {
                  Count: {
                    Type: 'Task',
                    Resource: 'arn:aws:states:::dynamodb:updateItem',
                    Parameters: {
                      TableName: 'stock',
                      Key: { sku: { 'S.$': '$.sku' } },
                      UpdateExpression: 'SET sold = sold + :one',
                      ExpressionAttributeValues: { ':one': { N: '1' } },
                    },
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
    const unclear: Task[] = [];
    for (const task of tasksOf(machine, type)) {
      if (!task.express) continue;
      const verdict = judgeRepetition(task.state);
      if (verdict.kind === 'safe') continue;
      if (verdict.kind === 'unclear') {
        unclear.push(task);
        continue;
      }
      yield {
        severity: verdict.kind === 'arguments change' ? 'medium' : 'high',
        message: verdict.kind,
        data: {
          state: task.name,
          action: actionOf(task.state),
          member: 'member' in verdict ? verdict.member : null,
          source: 'source' in verdict ? verdict.source : null,
        },
        evidence: atPlaces([task]),
        key: task.pointer,
      };
    }
    if (unclear.length === 0) return;
    yield {
      severity: 'information',
      message: 'unclear',
      data: { count: unclear.length, states: listNames(unclear) },
      evidence: atPlaces(unclear),
      key: 'machine',
    };
  },
};
