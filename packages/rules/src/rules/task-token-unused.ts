import { type Json, parseResource } from '@steptrail/asl';
import { atPlaces, tasksOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';
import { someString } from '../some-string.ts';
import { waitOf } from '../task-waits.ts';

export const taskTokenUnused: DefinitionRule = {
  id: 'task-token-unused',
  subject: 'definition',
  severity: 'high',
  title: 'Callback task that gives its task token to nobody',
  why: 'A .waitForTaskToken task ends only when somebody calls SendTaskSuccess or SendTaskFailure with its token. The token is not among what this task sends, so nobody can.',
  mend: 'Pass "token.$": "$$.Task.Token" (JSONPath) or "{% $states.context.Task.Token %}" (JSONata) in what the task sends.',
  reference:
    'https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token',
  messages: { unused: '{state} waits for its task token to come back but does not send it to {resource}.' },
  examples: {
    valid: [
      {
        title: 'the token is in the message',
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
              TimeoutSeconds: 86400,
              End: true,
            },
          },
        },
      },
      {
        title: 'the token in a JSONata expression',
        type: 'STANDARD',
        definition: {
          QueryLanguage: 'JSONata',
          StartAt: 'Approve',
          States: {
            Approve: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
              Arguments: {
                FunctionName: 'approve',
                Payload: "{% { 'token': $states.context.Task.Token } %}",
              },
              TimeoutSeconds: 86400,
              End: true,
            },
          },
        },
      },
    ],
    invalid: [
      {
        title: 'the message says nothing of the token',
        type: 'STANDARD',
        definition: {
          StartAt: 'Approve',
          States: {
            Approve: {
              Type: 'Task',
              Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
              Parameters: {
                QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111111111111/approvals',
                'MessageBody.$': '$.order',
              },
              TimeoutSeconds: 86400,
              End: true,
            },
          },
        },
      },
    ],
  },
  *check({ machine, type }) {
    for (const task of tasksOf(machine, type)) {
      if (waitOf(parseResource(task.state.Resource)) !== 'callback') continue;
      if (namesToken(task.state.Parameters) || namesToken(task.state.Arguments)) continue;
      yield {
        severity: 'high',
        message: 'unused',
        data: { state: task.name, resource: task.state.Resource },
        evidence: atPlaces([task]),
        key: task.pointer,
      };
    }
  },
};

/** The token itself, or the context object (or its Task member) as a whole. */
const TOKEN =
  /\$\$(?![.[])|\$\$\.Task\b|\$\$\[\s*['"]Task|\$states(?!\.)|\$states\.context(?!\.(?:Execution|State|StateMachine|Map)\b)|\$\{/;

function namesToken(sent: Json | undefined): boolean {
  return sent !== undefined && someString(sent, (text) => TOKEN.test(text));
}
