// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of templates look like that
import { expect, test } from 'vitest';
import { parseResource, type Resource } from './resource.ts';

const place = { region: 'eu-west-1', account: '123456789012' };

test.each<[string, Resource]>([
  ['arn:aws:lambda:eu-west-1:123456789012:function:f', { kind: 'lambda', functionName: 'f', ...place }],
  [
    'arn:aws-cn:lambda:eu-west-1:123456789012:function:f:2',
    { kind: 'lambda', functionName: 'f', qualifier: '2', ...place },
  ],
  ['arn:aws:states:eu-west-1:123456789012:activity:a', { kind: 'activity', name: 'a', ...place }],
  [
    'arn:aws:states:::lambda:invoke',
    { kind: 'optimised', service: 'lambda', action: 'invoke', pattern: 'request-response', known: true },
  ],
  [
    'arn:aws:states:::ecs:runTask.sync',
    { kind: 'optimised', service: 'ecs', action: 'runTask', pattern: 'sync', known: true },
  ],
  [
    'arn:aws:states:::states:startExecution.sync:2',
    { kind: 'optimised', service: 'states', action: 'startExecution', pattern: 'sync:2', known: true },
  ],
  [
    'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    { kind: 'optimised', service: 'sqs', action: 'sendMessage', pattern: 'waitForTaskToken', known: true },
  ],
  [
    'arn:aws:states:::newservice:doIt',
    { kind: 'optimised', service: 'newservice', action: 'doIt', pattern: 'request-response', known: false },
  ],
  [
    'arn:aws:states:::aws-sdk:s3:getObject',
    { kind: 'aws-sdk', service: 's3', action: 'getObject', pattern: 'request-response' },
  ],
  [
    'arn:aws:states:::aws-sdk:s3:getObject.waitForTaskToken',
    { kind: 'aws-sdk', service: 's3', action: 'getObject', pattern: 'waitForTaskToken' },
  ],
  [
    'arn:aws:states:::athena:getQueryResults',
    {
      kind: 'optimised',
      service: 'athena',
      action: 'getQueryResults',
      pattern: 'request-response',
      known: true,
    },
  ],
  [
    'arn:aws:states:::eks:deleteNodegroup.sync',
    { kind: 'optimised', service: 'eks', action: 'deleteNodegroup', pattern: 'sync', known: true },
  ],
  ['arn:aws:states:::http:invoke', { kind: 'http', pattern: 'request-response' }],
  [
    'arn:${AWS::Partition}:states:::sns:publish',
    { kind: 'optimised', service: 'sns', action: 'publish', pattern: 'request-response', known: true },
  ],
  [
    'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:f',
    { kind: 'lambda', functionName: 'f', region: '${AWS::Region}', account: '${AWS::AccountId}' },
  ],
])('%s', (text, expected) => {
  expect(parseResource(text)).toEqual(expected);
});

test.each([
  '',
  'charge',
  'foo:bar',
  'arn:aws:lambda:eu-west-1:123456789012:layer:f',
  'arn:aws:lambda:eu-west-1:123456789012:function:',
  'arn:aws:states:eu-west-1:123456789012:activity:',
  'arn:aws:states:::dynamodb:query',
  'arn:aws:states:::dynamodb:getItem.sync',
  'arn:aws:states:::lambda:invoke.sync',
  'arn:aws:states:::athena:getQueryResults.sync',
  'arn:aws:states:::bedrock:invokeModel.sync',
  'arn:aws:states:::eks:call.sync',
  'arn:aws:states:::elasticmapreduce:cancelStep.sync',
  'arn:aws:states:::sagemaker:createModel.sync',
  'arn:aws:states:::aws-sdk:s3:getObject.sync',
  'arn:aws:states:::aws-sdk:s3',
  'arn:aws:states:::http:invoke.sync',
  'arn:aws:states:::constructor',
  'arn:aws:s3:::bucket',
  'arn:azure:states:::lambda:invoke',
])('invalid: %s', (text) => {
  expect(parseResource(text).kind).toBe('invalid');
});

test.each(['${Function}', '${Function.Arn}', 'arn:aws:states:::${Service}'])('unknown: %s', (text) => {
  expect(parseResource(text).kind).toBe('unknown');
});
