import { type Json, parseValue } from '@steptrail/asl';
import { expect, test } from 'vitest';
import { judgeRepetition } from './idempotency.ts';

const queue = 'https://sqs.eu-west-1.amazonaws.com/111111111111/orders';

function judge(action: string, sent: Json | undefined, language: 'JSONPath' | 'JSONata' = 'JSONPath') {
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const parsed = parseValue(
    {
      QueryLanguage: language,
      StartAt: 'Act',
      States: {
        Act: {
          Type: 'Task',
          Resource: action.startsWith('arn:') ? action : `arn:aws:states:::${action}`,
          ...(sent === undefined ? {} : { [field]: sent }),
          End: true,
        },
      },
    },
    { type: 'EXPRESS' },
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const state = parsed.machine.States.Act;
  if (state?.Type !== 'Task') throw new Error('no Task');
  return judgeRepetition(state);
}

const SAFE = { kind: 'safe' };
const REPEATS = { kind: 'repeats' };
const UNCLEAR = { kind: 'unclear' };

test.each<[string, Json | undefined, object]>([
  // sqs, sns
  ['sqs:sendMessage', { QueueUrl: queue, MessageBody: 'x' }, REPEATS],
  ['aws-sdk:sqs:sendMessage', { QueueUrl: queue, MessageBody: 'x' }, REPEATS],
  [
    'sqs:sendMessage',
    { QueueUrl: `${queue}.fifo`, 'MessageDeduplicationId.$': '$.id', MessageBody: 'x' },
    SAFE,
  ],
  ['sqs:sendMessage', { QueueUrl: `${queue}.fifo`, MessageGroupId: 'g', MessageBody: 'x' }, UNCLEAR],
  [
    'sqs:sendMessage',
    { QueueUrl: `${queue}.fifo`, 'MessageDeduplicationId.$': 'States.UUID()', MessageBody: 'x' },
    { kind: 'token changes', member: 'MessageDeduplicationId', source: 'States.UUID()' },
  ],
  ['sqs:sendMessage', undefined, UNCLEAR],
  ['sns:publish', { TopicArn: 'arn:aws:sns:eu-west-1:111111111111:t', Message: 'x' }, REPEATS],
  ['aws-sdk:sqs:deleteMessage', { QueueUrl: queue, 'ReceiptHandle.$': '$.r' }, SAFE],
  ['events:putEvents', { Entries: [] }, REPEATS],
  // dynamodb
  ['dynamodb:getItem', { TableName: 't', Key: { id: { 'S.$': '$.id' } } }, SAFE],
  ['dynamodb:putItem', { TableName: 't', Item: { id: { 'S.$': '$.id' } } }, SAFE],
  [
    'dynamodb:putItem',
    { TableName: 't', Item: { id: { 'S.$': 'States.UUID()' } } },
    { kind: 'arguments change', source: 'States.UUID()' },
  ],
  ['dynamodb:updateItem', { TableName: 't', UpdateExpression: 'SET a = :v' }, SAFE],
  ['dynamodb:updateItem', { TableName: 't', UpdateExpression: 'SET a = a + :one' }, REPEATS],
  ['dynamodb:updateItem', { TableName: 't', UpdateExpression: 'SET l = list_append(l, :v)' }, REPEATS],
  [
    'dynamodb:updateItem',
    { TableName: 't', UpdateExpression: 'ADD sold :n', ExpressionAttributeValues: { ':n': { N: '1' } } },
    REPEATS,
  ],
  [
    'dynamodb:updateItem',
    { TableName: 't', UpdateExpression: 'ADD tags :n', ExpressionAttributeValues: { ':n': { SS: ['a'] } } },
    SAFE,
  ],
  [
    'dynamodb:updateItem',
    { TableName: 't', UpdateExpression: 'SET a = a + :one', ConditionExpression: 'version = :v' },
    SAFE,
  ],
  ['dynamodb:updateItem', { TableName: 't', 'UpdateExpression.$': '$.expression' }, UNCLEAR],
  [
    'aws-sdk:dynamodb:transactWriteItems',
    { TransactItems: [] },
    { kind: 'token missing', member: 'ClientRequestToken' },
  ],
  ['aws-sdk:dynamodb:transactWriteItems', { TransactItems: [], 'ClientRequestToken.$': '$.id' }, SAFE],
  // started things
  ['states:startExecution', { StateMachineArn: 'a' }, { kind: 'token missing', member: 'Name' }],
  ['states:startExecution', { StateMachineArn: 'a', 'Name.$': '$.orderId' }, SAFE],
  [
    'states:startExecution',
    { StateMachineArn: 'a', 'Name.$': "States.Format('{}', $$.Execution.StartTime)" },
    { kind: 'token changes', member: 'Name', source: 'the start time of the execution' },
  ],
  ['aws-sdk:sfn:startSyncExecution', { StateMachineArn: 'a' }, REPEATS],
  ['ecs:runTask', { Cluster: 'c' }, { kind: 'token missing', member: 'ClientToken' }],
  ['batch:submitJob', { JobName: 'n' }, REPEATS],
  ['aws-sdk:emrserverless:startJobRun', { ApplicationId: 'a', 'ClientToken.$': '$$.Execution.Name' }, SAFE],
  // http
  ['http:invoke', { ApiEndpoint: 'https://example.com', Method: 'GET' }, SAFE],
  ['http:invoke', { ApiEndpoint: 'https://example.com', Method: 'PUT' }, SAFE],
  [
    'http:invoke',
    { ApiEndpoint: 'https://example.com', Method: 'POST' },
    { kind: 'token missing', member: 'Idempotency-Key' },
  ],
  [
    'http:invoke',
    { ApiEndpoint: 'https://example.com', Method: 'POST', Headers: { 'idempotency-key.$': '$.id' } },
    SAFE,
  ],
  // the rule of the first word
  ['aws-sdk:ssm:getParameter', { Name: 'n' }, SAFE],
  ['aws-sdk:s3:listObjectsV2', { Bucket: 'b' }, SAFE],
  ['aws-sdk:s3:putObject', { Bucket: 'b', Key: 'k' }, SAFE],
  [
    'aws-sdk:s3:putObject',
    { Bucket: 'b', 'Key.$': "States.Format('{}.json', States.UUID())" },
    { kind: 'arguments change', source: 'States.UUID()' },
  ],
  ['aws-sdk:ecr:createRepository', { RepositoryName: 'r' }, SAFE],
  ['aws-sdk:frauddetector:createThing', { Colour: 'red' }, REPEATS],
  ['aws-sdk:amplify:startJob', { AppId: 'a' }, REPEATS],
  ['aws-sdk:amplify:startJob', { AppId: 'a', 'ClientToken.$': '$.id' }, SAFE],
  ['aws-sdk:amplify:generateThings', { AppId: 'a' }, UNCLEAR],
  // code of others
  ['lambda:invoke', { FunctionName: 'f' }, UNCLEAR],
  ['arn:aws:lambda:eu-west-1:111111111111:function:f', undefined, UNCLEAR],
])('%s with %j', (action, sent, verdict) => {
  expect(judge(action, sent)).toEqual(verdict);
});

test.each<[string, Json, object]>([
  ['sqs:sendMessage', { QueueUrl: queue, MessageBody: '{% $states.input %}' }, REPEATS],
  [
    'aws-sdk:ec2:runInstances',
    { ImageId: 'a', MinCount: 1, MaxCount: 1, ClientToken: '{% $uuid() %}' },
    { kind: 'token changes', member: 'ClientToken', source: '$uuid()' },
  ],
  [
    'aws-sdk:ec2:runInstances',
    { ImageId: 'a', MinCount: 1, MaxCount: 1, ClientToken: '{% $states.input.orderId %}' },
    SAFE,
  ],
  ['dynamodb:updateItem', { TableName: 't', UpdateExpression: '{% $states.input.expression %}' }, UNCLEAR],
])('JSONata: %s with %j', (action, sent, verdict) => {
  expect(judge(action, sent, 'JSONata')).toEqual(verdict);
});
