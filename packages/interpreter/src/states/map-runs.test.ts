import { describe, expect, test } from 'vitest';
import type { Definition } from '../compile.ts';
import { replay } from '../replay.ts';
import { simulate } from '../simulate.ts';
import { type WrittenEvent, writtenHistory } from '../written-history.ts';

const ARN = 'arn:aws:states:us-east-1:111111111111:execution:m:e';
const RUN = 'arn:aws:states:us-east-1:111111111111:mapRun:m/Orders:5d0c';

const outcomeOf = (definition: Definition, ...events: readonly WrittenEvent[]): string => {
  const trace = replay(definition, writtenHistory(...events), { executionArn: ARN });
  if (trace.divergences.length > 0) return `diverges: ${JSON.stringify(trace.divergences[0])}`;
  return trace.unverifiable.length > 0
    ? `unverifiable: ${trace.unverifiable.map(({ reason }) => reason).join(', ')}`
    : 'agrees';
};

const machine = (state: object, Mode: 'INLINE' | 'DISTRIBUTED', QueryLanguage = 'JSONPath'): Definition => ({
  QueryLanguage,
  StartAt: 'Many',
  States: {
    Many: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode, ...(Mode === 'DISTRIBUTED' ? { ExecutionType: 'STANDARD' } : {}) },
        StartAt: 'One',
        States: { One: { Type: 'Pass', End: true } },
      },
      End: true,
      ...state,
    },
  },
});

const enter = (input: unknown, length: number): readonly WrittenEvent[] => [
  ['ExecutionStarted', 0, { input, roleArn: 'r' }],
  ['MapStateEntered', 0, { name: 'Many', input }],
  ['MapStateStarted', 2, { length }],
];
const AT = "An error occurred while executing the state 'Many' (entered at the event id #2). ";
const runtime = { error: 'States.Runtime', cause: `${AT}Anything.` };
const runs = (mapRunArn = RUN): WrittenEvent => ['MapRunStarted', 3, { mapRunArn }];

describe('a Map Run', () => {
  const failure = { error: 'States.ExceedToleratedFailureThreshold', cause: 'c' };
  const fails: readonly WrittenEvent[] = [...enter([1], 1), runs(), ['MapRunFailed', 4, failure]];
  const distributed = (state: object): Definition => machine(state, 'DISTRIBUTED');
  const retried = distributed({ Retry: [{ ErrorEquals: ['States.ALL'] }] });

  test.each([
    [
      'fails, and with it the execution',
      distributed({}),
      [...fails, ['MapStateFailed', 5], ['ExecutionFailed', 6, failure]],
      /^agrees/,
    ],
    [
      'is retried with the Map',
      retried,
      [...fails, ['MapStateStarted', 5, { length: 1 }], ['MapRunStarted', 6, { mapRunArn: RUN }]],
      /^agrees/,
    ],
    [
      'is perhaps retried alone',
      retried,
      [...fails, ['MapRunStarted', 5, { mapRunArn: RUN }]],
      /^unverifiable/,
    ],
    [
      'is not retried where nothing says so',
      distributed({}),
      [...fails, ['MapRunStarted', 5, { mapRunArn: RUN }]],
      /^diverges/,
    ],
    ['bears the Label', distributed({ Label: 'Orders' }), [...enter([1], 1), runs()], /^agrees/],
    ['bears another Label', distributed({ Label: 'Others' }), [...enter([1], 1), runs()], /^diverges/],
    [
      'is aborted, and the Map with it',
      distributed({}),
      [...enter([1], 1), runs(), ['MapRunAborted', 4], ['MapStateAborted', 5], ['ExecutionAborted', 0]],
      /^unverifiable/,
    ],
    [
      'gives results that are too large together',
      distributed({ ItemsPath: '$' }),
      [
        ...enter([1], 1),
        runs(),
        ['MapRunSucceeded', 4],
        ['ExecutionFailed', 5, { error: 'States.Runtime', cause: 'c' }],
      ],
      /^diverges/,
    ],
  ] as const)('%s', (_name, definition, events, expected) => {
    expect(outcomeOf(definition, ...events)).toMatch(expected);
  });

  const read = {
    ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Parameters: { 'Bucket.$': '$.missing' } },
  };
  const write = {
    ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { 'Bucket.$': '$.missing' } },
  };
  const fine = { ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'b' } } };
  test.each([
    ['before it starts', read, [...enter({}, 0), ['ExecutionFailed', 3, runtime]], /^unverifiable/],
    [
      'once it has started',
      read,
      [...enter({}, 0), runs(), ['ExecutionFailed', 4, runtime]],
      /^unverifiable/,
    ],
    [
      'before the Map starts',
      write,
      [...enter([], 0).slice(0, 2), ['ExecutionFailed', 2, runtime]],
      /^unverifiable/,
    ],
    [
      'although nothing is wrong with it',
      fine,
      [...enter({}, 0), ['ExecutionFailed', 3, runtime]],
      /^diverges/,
    ],
  ] as const)(
    'whose reader or writer cannot be worked out ends the execution %s',
    (_name, state, events, expected) => {
      expect(outcomeOf(distributed(state), ...events)).toMatch(expected);
    },
  );

  test('bears its Label in a simulation too', () => {
    const definition = distributed({ Label: 'Orders' });
    const events = simulate(definition, [1], {
      start: 0,
      executionArn: ARN,
      stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m',
      roleArn: 'r',
      seed: 1,
      task: () => ({ kind: 'hangs' }),
    });
    expect(replay(definition, events, { executionArn: ARN }).divergences).toEqual([]);
  });
});

describe('the items of an inline Map', () => {
  const iterate = (item: unknown, output: unknown): readonly WrittenEvent[] => [
    ...enter([item], 1),
    ['MapIterationStarted', 3, { name: 'Many', index: 0 }],
    ['PassStateEntered', 4, { name: 'One', input: output }],
    ['PassStateExited', 5, { name: 'One', output }],
    ['MapIterationSucceeded', 6, { name: 'Many', index: 0 }],
    ['MapStateSucceeded', 7],
    ['MapStateExited', 7, { name: 'Many', output: [output] }],
    ['ExecutionSucceeded', 9, { output: [output] }],
  ];

  test.each([null, 0, false, '', []])('%j is an item like any other', (item) => {
    expect(outcomeOf(machine({}, 'INLINE'), ...iterate(item, item))).toBe('agrees');
    expect(outcomeOf(machine({}, 'INLINE'), ...iterate(item, { other: 1 }))).toMatch(/^diverges/);
  });

  test('have an index and a value, and perhaps a source', () => {
    const item = machine({ ItemSelector: { 'item.$': '$$.Map.Item' } }, 'INLINE');
    expect(outcomeOf(item, ...iterate(5, { item: { Index: 0, Value: 5 } }))).toBe('agrees');
    const source = { Index: 0, Value: 5, Source: 'STATE_DATA' };
    expect(outcomeOf(item, ...iterate(5, { item: source }))).toMatch(/^unverifiable/);
    expect(outcomeOf(item, ...iterate(5, { item: { Index: 0, Value: 6 } }))).toMatch(/^diverges/);
  });

  const selector = machine({ ItemSelector: { v: '{% $missing %}' } }, 'INLINE', 'JSONata');
  const evaluation = { error: 'States.QueryEvaluationError', cause: `${AT}Anything.` };
  const failed = (previous: number): WrittenEvent => [
    'EvaluationFailed',
    previous,
    { ...evaluation, location: 'ItemSelector/v', state: 'Many' },
  ];
  test.each([
    [
      'in the iteration',
      [
        ...enter([1], 1),
        ['MapIterationStarted', 3, { name: 'Many', index: 0 }],
        failed(4),
        ['MapIterationFailed', 5, { name: 'Many', index: 0 }],
        ['MapStateFailed', 5],
        ['ExecutionFailed', 7, evaluation],
      ],
    ],
    [
      'in the iteration, unmarked',
      [
        ...enter([1], 1),
        ['MapIterationStarted', 3, { name: 'Many', index: 0 }],
        failed(4),
        ['MapStateFailed', 5],
        ['ExecutionFailed', 6, evaluation],
      ],
    ],
    [
      'before the iteration',
      [...enter([1], 1), failed(3), ['MapStateFailed', 4], ['ExecutionFailed', 5, evaluation]],
    ],
  ] as const)('cannot be selected: %s', (_name, events) => {
    expect(outcomeOf(selector, ...events)).toMatch(/^unverifiable/);
  });
});

describe('limits', () => {
  const LARGE = 'x'.repeat(300_000);
  const assigning = (assign: object): Definition => ({
    StartAt: 'Keep',
    States: { Keep: { Type: 'Pass', Assign: assign, End: true } },
  });
  const input = { text: 'x' };
  const refused: readonly WrittenEvent[] = [
    ['ExecutionStarted', 0, { input, roleArn: 'r' }],
    ['PassStateEntered', 0, { name: 'Keep', input }],
    ['ExecutionFailed', 2, { error: 'States.Runtime', cause: 'too large' }],
  ];

  test('variables over 256 KiB are refused, nobody knows how', () => {
    expect(outcomeOf(assigning({ all: LARGE }), ...refused)).toMatch(/^unverifiable/);
    expect(outcomeOf(assigning({ all: 'x' }), ...refused)).toMatch(/^diverges/);
  });
});
