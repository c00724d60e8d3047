import { expect, test } from 'vitest';
import { parseTaskResource } from './task-resource.ts';

test.each([
  [
    'arn:aws:lambda:us-east-1:1:function:f:1',
    'lambda',
    'arn:aws:lambda:us-east-1:1:function:f:1',
    'request-response',
  ],
  ['arn:aws:states:::lambda:invoke', 'lambda', 'invoke', 'request-response'],
  ['arn:aws:states:::lambda:invoke.waitForTaskToken', 'lambda', 'invoke.waitForTaskToken', 'callback'],
  ['arn:aws:states:::states:startExecution.sync:2', 'states', 'startExecution.sync:2', 'sync'],
  ['arn:aws:states:::ecs:runTask.sync', 'ecs', 'runTask.sync', 'sync'],
  ['arn:aws:states:::aws-sdk:sfn:startExecution', 'aws-sdk:sfn', 'startExecution', 'request-response'],
  ['arn:aws-cn:states:::http:invoke', 'http', 'invoke', 'request-response'],
  ['arn:aws:states:us-east-1:1:activity:a', 'activity', 'arn:aws:states:us-east-1:1:activity:a', 'activity'],
  ['nothing like it', '', 'nothing like it', 'request-response'],
])('%s', (arn, resourceType, resource, pattern) => {
  expect(parseTaskResource(arn)).toMatchObject({ arn, resourceType, resource, pattern });
});
