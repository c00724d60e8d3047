import { expect, test } from 'vitest';
import { nameOf, stateMachineNameOf, toExecution, toExecutions, toStateMachine } from './links.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:orders:o-1';
const EXPRESS = 'arn:aws:states:eu-west-1:111122223333:express:checkout:c-1:7f54d71b';
const MAP_CHILD = 'arn:aws:states:eu-west-1:111122223333:execution:etl/EachPart:1b2c';

test.each([
  ['arn:aws:states:eu-west-1:111122223333:stateMachine:orders', 'orders'],
  [EXECUTION, 'o-1'],
  [EXPRESS, 'c-1'],
  [MAP_CHILD, '1b2c'],
])('the name in %s', (arn, name) => {
  expect(nameOf(arn)).toBe(name);
});

test('an execution names its state machine', () => {
  expect(stateMachineNameOf(MAP_CHILD)).toBe('etl/EachPart');
});

test('ARNs are one segment of a path', () => {
  expect(toExecution(MAP_CHILD, 17)).toMatch(/^\/executions\/[^/]+#event-17$/);
  expect(toStateMachine('a:b/c', '/States/A B')).toBe('/state-machines/a%3Ab%2Fc?pointer=%2FStates%2FA+B');
  expect(toExecutions({ status: ['FAILED', 'TIMED_OUT'], name: '' })).toBe(
    '/executions?status=FAILED&status=TIMED_OUT',
  );
});
