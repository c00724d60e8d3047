import { normaliseHistory } from '@steptrail/history';
import { describe, expect, it } from 'vitest';
import { createRecordedLinks } from './recorded-links.ts';
import { event, START } from './testing/events.ts';

const PARENT = 'arn:aws:states:us-east-1:123456789012:execution:Outer:o';
const CHILD = 'arn:aws:states:us-east-1:123456789012:execution:Inner:i';
const EXPRESS = 'arn:aws:states:us-east-1:123456789012:express:Inner:i:3f1c1a2e-0000-4000-8000-000000000001';

type Details = Readonly<Record<`${string}EventDetails`, Readonly<Record<string, unknown>>>>;

function linksOf(type: string, details: Details) {
  const links = createRecordedLinks(PARENT);
  for (const one of normaliseHistory([event(5, 4, START, type, details)]).events) links.note(one);
  return links.links();
}

const answered = (
  member: `${string}EventDetails`,
  resource: string,
  answer: string,
  resourceType = 'states',
): Details => ({ [member]: { resource, resourceType, output: answer, outputDetails: { truncated: false } } });

const started = (executionArn: string, more: object = {}) =>
  JSON.stringify({ ExecutionArn: executionArn, StartDate: START, ...more });

describe('a task that started an execution leads to it', () => {
  it.each<[string, string, Details, string]>([
    [
      'and goes on',
      'TaskSucceeded',
      answered('taskSucceededEventDetails', 'startExecution', started(CHILD)),
      CHILD,
    ],
    [
      'and waits, once it has begun',
      'TaskSubmitted',
      answered('taskSubmittedEventDetails', 'startExecution.sync', started(CHILD)),
      CHILD,
    ],
    [
      'and waits, with its output as text',
      'TaskSucceeded',
      answered('taskSucceededEventDetails', 'startExecution.sync', started(CHILD, { Output: '{}' })),
      CHILD,
    ],
    [
      'and waits, with its output as JSON',
      'TaskSucceeded',
      answered('taskSucceededEventDetails', 'startExecution.sync:2', started(CHILD, { Output: {} })),
      CHILD,
    ],
    [
      'that failed',
      'TaskFailed',
      {
        taskFailedEventDetails: {
          resource: 'startExecution.sync:2',
          resourceType: 'states',
          error: 'States.TaskFailed',
          cause: started(CHILD, { Status: 'FAILED' }),
        },
      },
      CHILD,
    ],
    [
      'of an Express state machine',
      'TaskSucceeded',
      answered('taskSucceededEventDetails', 'startSyncExecution', started(EXPRESS), 'aws-sdk:sfn'),
      EXPRESS,
    ],
  ])('%s', (_, type, details, otherExecutionArn) => {
    expect(linksOf(type, details)).toEqual([{ relation: 'child', otherExecutionArn, eventId: 5 }]);
  });

  it('and no other task, and no text that is none', () => {
    const of = (resource: string, answer: string, resourceType?: string) =>
      linksOf('TaskSucceeded', answered('taskSucceededEventDetails', resource, answer, resourceType));
    expect(of('invoke', started(CHILD), 'lambda')).toEqual([]);
    expect(of('startExecution', '{"ExecutionArn":7}')).toEqual([]);
    expect(of('startExecution', '{"ExecutionArn":"me"}')).toEqual([]);
    expect(of('startExecution', '{"ExecutionArn":"arn:')).toEqual([]);
    // What a redriven parent says of itself is no nested execution.
    expect(of('startExecution', started(PARENT))).toEqual([]);
  });
});

it('an input names who started the execution', () => {
  const input = JSON.stringify({ AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: CHILD, order: 1 });
  const details = { executionStartedEventDetails: { input, inputDetails: { truncated: false } } };
  expect(linksOf('ExecutionStarted', details)).toEqual([
    { relation: 'parent', otherExecutionArn: CHILD, eventId: 5 },
  ]);
});
