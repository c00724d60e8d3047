import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspect } from './index.ts';

const LAMBDA = 'arn:aws:states:::lambda:invoke';
const STEP = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } };
const DISTRIBUTED = { ...STEP, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
const ERROR = { errorOutput: { error: 'Broken', cause: 'It broke.' } };

const task = (more: object) => ({ Type: 'Task', Resource: LAMBDA, End: true, ...more });
const jsonata = (more: object) => ({ QueryLanguage: 'JSONata', ...more });
const map = (more: object) => ({ Type: 'Map', ItemProcessor: DISTRIBUTED, End: true, ...more });

/** The answer with its JSON texts parsed. */
const answer = (call: object): unknown => {
  const { response } = inspect({ inspectionLevel: 'TRACE', ...call });
  if ('exception' in response) return { exception: response.exception.code };
  const parse = (text: unknown): unknown => (typeof text === 'string' ? JSON.parse(text) : text);
  const steps = Object.entries(response.inspectionData ?? {}).map(([step, value]) => [step, parse(value)]);
  return {
    ...response,
    ...(response.output === undefined ? {} : { output: parse(response.output) }),
    inspectionData: Object.fromEntries(steps),
  };
};

interface Row {
  readonly what: string;
  readonly call: object;
  readonly expected: object;
}

const answered: readonly Row[] = [
  {
    what: 'Pass with Result leaves InputPath and Parameters aside',
    call: {
      definition: {
        Type: 'Pass',
        InputPath: '$.a',
        Parameters: { b: 1 },
        Result: 7,
        ResultPath: '$.r',
        Next: 'N',
      },
      input: '{"a":1}',
    },
    expected: {
      status: 'SUCCEEDED',
      output: { a: 1, r: 7 },
      nextState: 'N',
      inspectionData: { input: { a: 1 }, result: 7, afterResultSelector: 7, afterResultPath: { a: 1, r: 7 } },
    },
  },
  {
    what: 'Assign adds to the variables of the call',
    call: {
      definition: { Type: 'Pass', Assign: { 'y.$': '$x' }, End: true },
      variables: '{"x":5}',
    },
    expected: { status: 'SUCCEEDED', inspectionData: expect.objectContaining({ variables: { x: 5, y: 5 } }) },
  },
  {
    what: 'no variables leave the step out',
    call: { definition: { Type: 'Succeed' }, variables: '{}' },
    expected: { inspectionData: { input: {}, afterInputPath: {} } },
  },
  {
    what: 'Parallel shows neither InputPath nor Parameters',
    call: {
      definition: {
        Type: 'Parallel',
        InputPath: '$.a',
        Branches: [STEP],
        ResultPath: '$.r',
        End: true,
      },
      input: '{"a":{}}',
      mock: { result: '[1,2]' },
    },
    expected: {
      output: { a: {}, r: [1, 2] },
      inspectionData: {
        input: { a: {} },
        afterResultSelector: [1, 2],
        afterResultPath: { a: {}, r: [1, 2] },
      },
    },
  },
  {
    what: 'Parallel in JSONata shows its input alone',
    call: {
      definition: jsonata({
        Type: 'Parallel',
        Branches: [STEP],
        Output: '{% $states.result[0] %}',
        End: true,
      }),
      mock: { result: '[3]' },
    },
    expected: { output: 3, inspectionData: { input: {} } },
  },
  {
    what: 'Retry is tried before Catch',
    call: {
      definition: task({
        Retry: [{ ErrorEquals: ['Other'] }, { ErrorEquals: ['States.ALL'], MaxDelaySeconds: 3 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'N' }],
      }),
      mock: ERROR,
      stateConfiguration: { retrierRetryCount: 2 },
    },
    expected: {
      status: 'RETRIABLE',
      error: 'Broken',
      cause: 'It broke.',
      inspectionData: {
        input: {},
        afterInputPath: {},
        afterParameters: {},
        errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 3 },
      },
    },
  },
  {
    what: 'Catch comes when the attempts are used up',
    call: {
      definition: task({
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['Broken'], ResultPath: '$.e', Next: 'N' }],
      }),
      input: '{"a":1}',
      mock: ERROR,
      stateConfiguration: { retrierRetryCount: 1 },
    },
    expected: {
      status: 'CAUGHT_ERROR',
      error: 'Broken',
      cause: 'It broke.',
      output: { a: 1, e: { Error: 'Broken', Cause: 'It broke.' } },
      nextState: 'N',
      inspectionData: expect.objectContaining({ errorDetails: { retryIndex: 0, catchIndex: 0 } }),
    },
  },
  {
    what: 'a JSONata Catch sees errorOutput',
    call: {
      definition: jsonata(
        task({ Catch: [{ ErrorEquals: ['Broken'], Output: '{% $states.errorOutput.Cause %}', Next: 'N' }] }),
      ),
      mock: ERROR,
    },
    expected: { status: 'CAUGHT_ERROR', output: 'It broke.', nextState: 'N' },
  },
  {
    what: 'a failed expression of a Task can be caught',
    call: {
      definition: jsonata(
        task({
          Output: '{% $error("no") %}',
          Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught', Next: 'N' }],
        }),
      ),
      mock: { result: '{}' },
    },
    expected: { status: 'CAUGHT_ERROR', error: 'States.QueryEvaluationError', output: 'caught' },
  },
  {
    what: 'an inline Map selects its items',
    call: {
      definition: {
        Type: 'Map',
        ItemProcessor: STEP,
        ItemsPath: '$.list',
        ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'k.$': '$.k' },
        MaxConcurrency: 2,
        End: true,
      },
      input: '{"list":["a"],"k":1}',
      mock: { result: '[true]' },
    },
    expected: {
      output: [true],
      inspectionData: {
        input: { list: ['a'], k: 1 },
        afterInputPath: { list: ['a'], k: 1 },
        afterItemsPath: ['a'],
        afterItemSelector: [{ v: 'a', i: 0, k: 1 }],
        maxConcurrency: 2,
        afterResultSelector: [true],
        afterResultPath: [true],
      },
    },
  },
  {
    what: 'a Map fails when more iterations fail than its share tolerates',
    call: {
      definition: map({ ToleratedFailurePercentage: 50 }),
      input: '[1,2,3]',
      mock: { result: '[1,2,3]' },
      stateConfiguration: { mapIterationFailureCount: 2 },
    },
    expected: {
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      inspectionData: {
        input: [1, 2, 3],
        afterInputPath: [1, 2, 3],
        afterItemsPath: [1, 2, 3],
        maxConcurrency: 0,
        toleratedFailurePercentage: 50,
      },
    },
  },
  {
    what: 'a Choice without a match or Default',
    call: {
      definition: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'N' }] },
      input: '{"a":1}',
    },
    expected: { status: 'FAILED', error: 'States.NoChoiceMatched' },
  },
  {
    what: 'a Choice rule has its own Output and Assign',
    call: {
      definition: jsonata({
        Type: 'Choice',
        Choices: [{ Condition: '{% true %}', Output: 1, Assign: { x: 2 }, Next: 'N' }],
        Output: 3,
      }),
    },
    expected: { output: 1, nextState: 'N', inspectionData: { input: {}, variables: { x: 2 } } },
  },
  {
    what: 'a Wait is over at once',
    call: { definition: { Type: 'Wait', SecondsPath: '$.s', Next: 'N' }, input: '{"s":2}' },
    expected: { status: 'SUCCEEDED', output: { s: 2 }, nextState: 'N' },
  },
  {
    what: 'a Wait of more than five minutes times out',
    call: { definition: { Type: 'Wait', Seconds: 301, End: true } },
    expected: { status: 'FAILED', error: 'States.Timeout' },
  },
  {
    what: 'Fail by path',
    call: {
      definition: { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('{}!', $.c)" },
      input: '{"e":"E","c":"why"}',
    },
    expected: { status: 'FAILED', error: 'E', cause: 'why!' },
  },
  {
    what: 'a supplied context replaces the default',
    call: {
      definition: jsonata(task({ Output: '{% $states.context %}' })),
      context: '{"State":{"Name":"S"}}',
      mock: { result: '{}' },
    },
    expected: { output: { State: { Name: 'S' } } },
  },
];

const refused: readonly { readonly what: string; readonly call: object; readonly code: string }[] = [
  { what: 'no definition', call: {}, code: 'ParamValidationError' },
  { what: 'an empty stateName', call: { definition: STEP, stateName: '' }, code: 'ParamValidationError' },
  {
    what: 'a count below zero',
    call: { definition: task({}), mock: ERROR, stateConfiguration: { retrierRetryCount: -1 } },
    code: 'ParamValidationError',
  },
  {
    what: 'an unknown level',
    call: { definition: task({}), inspectionLevel: 'ALL' },
    code: 'ValidationException',
  },
  {
    what: 'a state that is not there',
    call: { definition: STEP, stateName: 'X' },
    code: 'ValidationException',
  },
  { what: 'a machine without stateName', call: { definition: STEP }, code: 'InvalidDefinition' },
  { what: 'a definition that is no JSON', call: { definition: '{' }, code: 'InvalidDefinition' },
  { what: 'a Map without a mock', call: { definition: map({}) }, code: 'InvalidDefinition' },
  {
    what: 'a callback without a mock',
    call: { definition: task({ Resource: `${LAMBDA}.waitForTaskToken` }) },
    code: 'InvalidDefinition',
  },
  {
    what: 'a mock with secrets revealed',
    call: { definition: task({}), mock: ERROR, revealSecrets: true },
    code: 'ValidationException',
  },
  {
    what: "a Map's result that is no array",
    call: { definition: map({}), mock: { result: '{}' } },
    code: 'ValidationException',
  },
  {
    what: 'a context without a mock',
    call: { definition: { Type: 'Pass', End: true }, context: '{}' },
    code: 'ValidationException',
  },
  {
    what: 'a cause outside of the state',
    call: { definition: map({}), mock: ERROR, stateConfiguration: { errorCausedByState: 'X' } },
    code: 'ValidationException',
  },
  {
    what: 'input that is no JSON',
    call: { definition: { Type: 'Succeed' }, input: '{' },
    code: 'InvalidExecutionInput',
  },
];

describe('inspect', () => {
  it.each(answered)('$what', ({ call, expected }) => {
    expect(answer(call)).toMatchObject(expected);
    const steps = 'inspectionData' in expected ? expected.inspectionData : undefined;
    if (steps !== undefined) expect(answer(call)).toHaveProperty('inspectionData', steps);
  });

  it.each(refused)('refuses $what', ({ call, code }) => {
    expect(answer(call)).toEqual({ exception: code });
  });

  it('shows no steps at INFO', () => {
    expect(inspect({ definition: { Type: 'Succeed' } }).response).not.toHaveProperty('inspectionData');
  });

  it('says which leaves only AWS knows', () => {
    const definition = jsonata({
      Type: 'Pass',
      Output: { t: '{% $states.context.State.EnteredTime %}' },
      End: true,
    });
    const { response, unknown } = inspect({ definition });
    expect(response).toHaveProperty('output', '{"t":"(unknown: AWS\'s clock)"}');
    expect(unknown).toEqual([{ at: '/output/t', why: "AWS's clock" }]);
  });

  it('leaves a call open that needs a service, with the steps before it', () => {
    const { response, unanswered } = inspect({
      definition: task({}),
      inspectionLevel: 'DEBUG',
      input: '[1]',
    });
    expect(response).toEqual({
      inspectionData: { input: '[1]', afterInputPath: '[1]', afterParameters: '[1]' },
    });
    expect(unanswered).toMatch(/mock/);
  });

  it('never throws, and answers the same twice', () => {
    const state = fc.constantFrom(...answered.map(({ call }) => call));
    const fields = fc.record(
      {
        stateName: fc.anything(),
        input: fc.oneof(fc.json(), fc.anything()),
        mock: fc.oneof(fc.record({ result: fc.json() }), fc.anything()),
        context: fc.oneof(fc.json(), fc.anything()),
        variables: fc.oneof(fc.json(), fc.anything()),
        stateConfiguration: fc.anything(),
        definition: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.tuple(state, fields).map(([a, b]) => ({ ...a, ...b })),
        ),
        (call) => {
          expect(inspect(call)).toEqual(inspect(call));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('survives cyclic and absurdly deep calls', () => {
    const cyclic: { [key: string]: unknown } = { Type: 'Pass', End: true };
    cyclic.self = cyclic;
    expect(inspect({ definition: cyclic }).response).toHaveProperty('exception');
    expect(inspect({ definition: { Type: 'Succeed' }, input: cyclic }).response).toHaveProperty('exception');
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const definition = { Type: 'Pass', Parameters: { 'a.$': '$' }, End: true };
    expect(() => inspect({ definition, input: deep, inspectionLevel: 'TRACE' })).not.toThrow();
  });
});
