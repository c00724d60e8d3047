/**
 * Builds the histories of rule examples in the shape of GetExecutionHistory. Times are seconds after `EXAMPLE_START`.
 */

/** 2026-01-05T08:00:00Z, in epoch milliseconds. */
const EXAMPLE_START = 1_767_600_000_000;

const MINUTE = 60;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Epoch milliseconds of a moment that many seconds after `EXAMPLE_START`. */
export function after(seconds: number): number {
  return EXAMPLE_START + seconds * 1000;
}

type Details = Readonly<Record<string, unknown>>;

/** One event: type, previousEventId, seconds after the start, and its details under AWS's name for them. */
export type Step = readonly [type: string, previousEventId: number, seconds: number, details?: Details];

/** Events with ids from 1 on. */
export function recorded(steps: Iterable<Step>): Details[] {
  return Array.from(steps, ([type, previousEventId, seconds, details], index) => ({
    timestamp: new Date(after(seconds)).toISOString(),
    type,
    id: index + 1,
    previousEventId,
    ...details,
  }));
}

export function started(input = '{}'): Step {
  return ['ExecutionStarted', 0, 0, { executionStartedEventDetails: { input } }];
}

export function entered(
  type: 'Task' | 'Choice' | 'Wait' | 'Pass',
  name: string,
  previousEventId: number,
  seconds: number,
  input = '{}',
): Step {
  return [`${type}StateEntered`, previousEventId, seconds, { stateEnteredEventDetails: { name, input } }];
}

export function exited(
  type: 'Task' | 'Choice' | 'Wait' | 'Pass',
  name: string,
  previousEventId: number,
  seconds: number,
  output = '{}',
): Step {
  return [`${type}StateExited`, previousEventId, seconds, { stateExitedEventDetails: { name, output } }];
}

/** A task of a service integration up to the moment when it waits: scheduled, started, and submitted if it waits long. */
export function* calling(
  resourceType: string,
  resource: string,
  parameters: unknown,
  from: { readonly previousEventId: number; readonly seconds: number; readonly bounds?: Details },
): Generator<Step> {
  const { previousEventId: previous, seconds, bounds } = from;
  const named = { resourceType, resource };
  const scheduled = { ...named, region: 'eu-west-1', parameters: JSON.stringify(parameters), ...bounds };
  yield ['TaskScheduled', previous, seconds, { taskScheduledEventDetails: scheduled }];
  yield ['TaskStarted', previous + 1, seconds, { taskStartedEventDetails: named }];
  if (/\.(sync|waitForTaskToken)/.test(resource)) {
    yield ['TaskSubmitted', previous + 2, seconds, { taskSubmittedEventDetails: { ...named, output: '{}' } }];
  }
}
