import { expect, test } from 'vitest';
import { parseStatesArn, stateMachineArnOf } from './arn.ts';

const at = { partition: 'aws', region: 'us-east-1', accountId: '111111111111' };

test.each([
  ['stateMachine:M', { ...at, kind: 'stateMachine', stateMachineName: 'M' }],
  ['stateMachine:M:PROD', { ...at, kind: 'stateMachine', stateMachineName: 'M', qualifier: 'PROD' }],
  ['execution:M:e1', { ...at, kind: 'execution', stateMachineName: 'M', executionName: 'e1' }],
  [
    'execution:M/L:e1',
    { ...at, kind: 'execution', stateMachineName: 'M', executionName: 'e1', mapRunLabel: 'L' },
  ],
  ['express:M:e1:u', { ...at, kind: 'express', stateMachineName: 'M', executionName: 'e1', uuid: 'u' }],
  ['mapRun:M/L:u', { ...at, kind: 'mapRun', rest: 'M/L:u' }],
  ['activity:A', { ...at, kind: 'activity', activityName: 'A' }],
  ['execution:M', undefined],
  ['teapot:M', undefined],
])('arn:aws:states:us-east-1:111111111111:%s', (rest, expected) => {
  expect(parseStatesArn(`arn:aws:states:us-east-1:111111111111:${rest}`)).toEqual(expected);
});

test('an execution ARN names its state machine, without the label of a map run', () => {
  expect(stateMachineArnOf('arn:aws-cn:states:cn-north-1:111111111111:execution:M/L:e1')).toBe(
    'arn:aws-cn:states:cn-north-1:111111111111:stateMachine:M',
  );
  expect(stateMachineArnOf('arn:aws:s3:::bucket')).toBeUndefined();
});
