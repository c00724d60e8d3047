import type { EventType } from '@steptrail/history';
import type { TaskResource } from '../world.ts';

/** The names that the events of a kind of task have. */
export interface Vocabulary {
  readonly scheduled: EventType;
  readonly started: EventType;
  readonly succeeded: EventType;
  readonly submitted: EventType | undefined;
  readonly failuresWhenEntered: readonly EventType[];
  readonly failuresWhenScheduled: readonly EventType[];
  readonly failuresWhenStarted: readonly EventType[];
}

const LAMBDA: Vocabulary = {
  scheduled: 'LambdaFunctionScheduled',
  started: 'LambdaFunctionStarted',
  succeeded: 'LambdaFunctionSucceeded',
  submitted: undefined,
  failuresWhenEntered: ['LambdaFunctionScheduleFailed'],
  failuresWhenScheduled: [
    'LambdaFunctionStartFailed',
    'LambdaFunctionScheduleFailed',
    'LambdaFunctionTimedOut',
  ],
  failuresWhenStarted: ['LambdaFunctionFailed', 'LambdaFunctionTimedOut'],
};

const ACTIVITY: Vocabulary = {
  scheduled: 'ActivityScheduled',
  started: 'ActivityStarted',
  succeeded: 'ActivitySucceeded',
  submitted: undefined,
  failuresWhenEntered: ['ActivityScheduleFailed'],
  failuresWhenScheduled: ['ActivityScheduleFailed', 'ActivityTimedOut'],
  failuresWhenStarted: ['ActivityFailed', 'ActivityTimedOut'],
};

const SERVICE: Vocabulary = {
  scheduled: 'TaskScheduled',
  started: 'TaskStarted',
  succeeded: 'TaskSucceeded',
  submitted: undefined,
  failuresWhenEntered: [],
  failuresWhenScheduled: ['TaskStartFailed', 'TaskTimedOut'],
  failuresWhenStarted: ['TaskFailed', 'TaskTimedOut'],
};

const LONG_RUNNING: Vocabulary = {
  ...SERVICE,
  submitted: 'TaskSubmitted',
  failuresWhenStarted: ['TaskFailed', 'TaskSubmitFailed', 'TaskTimedOut'],
};

export const vocabularyOf = (resource: TaskResource): Vocabulary => {
  if (resource.kind === 'lambda') return LAMBDA;
  if (resource.kind === 'activity') return ACTIVITY;
  return resource.pattern === 'request-response' ? SERVICE : LONG_RUNNING;
};
