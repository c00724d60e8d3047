import type { Event, MapIteration, Payload, StateExited } from '@steptrail/history';

/*
 * What events of several types have in common. Events have many shapes: `'name' in event` takes several times as long
 * as a look at a member that may be absent.
 */

/** The input, output or parameters of an event; undefined where its type has none. */
export const payloadOf = (event: Event): Payload | undefined => {
  switch (event.type) {
    case 'PassStateEntered':
    case 'TaskStateEntered':
    case 'ChoiceStateEntered':
    case 'WaitStateEntered':
    case 'SucceedStateEntered':
    case 'FailStateEntered':
    case 'ParallelStateEntered':
    case 'MapStateEntered':
    case 'LambdaFunctionScheduled':
    case 'ActivityScheduled':
    case 'ExecutionStarted':
      return event.input;
    case 'PassStateExited':
    case 'TaskStateExited':
    case 'ChoiceStateExited':
    case 'WaitStateExited':
    case 'SucceedStateExited':
    case 'ParallelStateExited':
    case 'MapStateExited':
    case 'LambdaFunctionSucceeded':
    case 'ActivitySucceeded':
    case 'TaskSubmitted':
    case 'TaskSucceeded':
    case 'ExecutionSucceeded':
      return event.output;
    case 'TaskScheduled':
      return event.parameters;
    default:
      return undefined;
  }
};

/** The name of the state, or of an iteration's Map; undefined where the event has none. */
export const nameOf: (
  event: Pick<Event, 'type'> & { readonly name?: string | undefined },
) => string | undefined = ({ name }) => name;

/** The variables that the event says were assigned; undefined where it says nothing of any. */
export const assignedOf: (
  event: Pick<Event, 'type'> & Partial<Pick<StateExited, 'assignedVariables'>>,
) => StateExited['assignedVariables'] = ({ assignedVariables }) => assignedVariables;

export const isIteration = (event: Event): event is MapIteration => {
  switch (event.type) {
    case 'MapIterationStarted':
    case 'MapIterationSucceeded':
    case 'MapIterationFailed':
    case 'MapIterationAborted':
      return true;
    default:
      return false;
  }
};
