import { type State, scopesIn } from '@steptrail/asl';
import {
  type Mock,
  refuse,
  type StateConfiguration,
  type TestStateCall,
  type TestStateException,
} from './call.ts';
import { checkContext } from './check-context.ts';
import { patternOf } from './subject.ts';

type Refusal = TestStateException | undefined;

const invalid = (message: string): TestStateException => refuse('ValidationException', message).exception;

const WITHOUT_MOCK = [
  ['retrierRetryCount', 'RetrierRetryCount'],
  ['errorCausedByState', 'ErrorCausedByState'],
  ['mapIterationFailureCount', 'MapIterationFailureCount'],
  ['mapItemReaderData', 'MapItemReaderData'],
] as const;

const parsed = (text: string): { readonly value: unknown } | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What needs a mock and has none. */
const checkWithoutMock = (call: TestStateCall, state: State): Refusal => {
  const unsupported = (field: string): TestStateException =>
    invalid(`TestState does not support ${field} when a mock is not specified.`);
  for (const [name, shown] of WITHOUT_MOCK) {
    if (call.stateConfiguration?.[name] !== undefined) return unsupported(shown);
  }
  if (call.context !== undefined) return unsupported('Context');
  if (state.Type === 'Map' || state.Type === 'Parallel') {
    return refuse(
      'InvalidDefinition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    ).exception;
  }
  const pattern = patternOf(state);
  if (pattern === undefined || pattern === 'request-response') return undefined;
  const what =
    pattern === 'activity'
      ? 'activity tasks'
      : "the '.sync' and '.waitForTaskToken' service integration patterns";
  return refuse('InvalidDefinition', `TestState API does not support ${what} when a mock is not specified`)
    .exception;
};

/** What the mocked result of this state may be. */
const checkResult = (text: string, state: State): Refusal => {
  const result = parsed(text);
  if (result === undefined) return invalid('Mocked result must be valid JSON');
  if (state.Type === 'Map' && state.ResultWriter !== undefined) {
    return isObject(result.value) ? undefined : invalid('Mocked result must be a JSON object.');
  }
  if (state.Type === 'Map' || state.Type === 'Parallel') {
    return Array.isArray(result.value) ? undefined : invalid('Mocked result must be an array.');
  }
  return undefined;
};

const checkMock = (mock: Mock, call: TestStateCall, state: State): Refusal => {
  if (state.Type !== 'Task' && state.Type !== 'Map' && state.Type !== 'Parallel') {
    return invalid(`State type '${state.Type}' is not supported when a mock is specified`);
  }
  if (call.revealSecrets === true) {
    return invalid('TestState does not support RevealSecrets when a mock is specified.');
  }
  const both = mock.result !== undefined && mock.errorOutput !== undefined;
  if (both || (mock.result === undefined && mock.errorOutput === undefined)) {
    return invalid('A test mock should have only one of the following fields: [result, errorOutput].');
  }
  return mock.result === undefined ? undefined : checkResult(mock.result, state);
};

const holdsState = (state: State, wanted: string): boolean =>
  scopesIn(state).some(({ scope }) =>
    Object.entries(scope.States).some(([name, inner]) => name === wanted || holdsState(inner, wanted)),
  );

/** Whether the configuration speaks of things that the state has. */
const checkConfiguration = (given: StateConfiguration, state: State): Refusal => {
  if (given.mapIterationFailureCount !== undefined && state.Type !== 'Map') {
    return invalid('MapIterationFailureCount is supported for Map states only.');
  }
  if (given.mapItemReaderData !== undefined) {
    if (state.Type !== 'Map' || state.ItemReader === undefined) {
      return invalid('MapItemReaderData is supported for Map states with an ItemReader only.');
    }
    if (parsed(given.mapItemReaderData) === undefined)
      return invalid('MapItemReaderData must be valid JSON.');
  }
  if (given.errorCausedByState !== undefined && !holdsState(state, given.errorCausedByState)) {
    return invalid(`State '${given.errorCausedByState}' is not found in the Map or Parallel state.`);
  }
  return undefined;
};

/** What AWS refuses about a call before it runs the state; undefined where nothing. */
export const checkCall = (call: TestStateCall, state: State): Refusal => {
  const refusal = call.mock === undefined ? checkWithoutMock(call, state) : checkMock(call.mock, call, state);
  if (refusal !== undefined) return refusal;
  const ofConfiguration =
    call.stateConfiguration === undefined ? undefined : checkConfiguration(call.stateConfiguration, state);
  if (ofConfiguration !== undefined) return ofConfiguration;
  if (call.context !== undefined) {
    const context = parsed(call.context);
    const wrong = context === undefined ? 'Context must be valid JSON' : checkContext(context.value, state);
    if (wrong !== undefined) return invalid(`Invalid Context object provided: ${wrong}`);
  }
  if (call.variables !== undefined && !isObject(parsed(call.variables)?.value)) {
    return invalid('Variables must be a valid JSON object.');
  }
  if (call.input !== undefined && parsed(call.input) === undefined) {
    return refuse('InvalidExecutionInput', 'Invalid State Machine Execution Input: it is no valid JSON.')
      .exception;
  }
  return undefined;
};
