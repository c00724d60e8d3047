import { describe, expect, test } from 'vitest';
import { compile, type Definition } from './compile.ts';
import type { Json } from './expressions/index.ts';
import { type Ending, foresee } from './foresee.ts';
import { jsonValue } from './value.ts';

const call = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f' } as const;

const endingsOf = (definition: Definition, input: Json): readonly Ending[] | undefined =>
  foresee(compile(definition), jsonValue(input), {}, { events: 20_000 });

describe('the ways in which an execution may end', () => {
  test('is one, where its states do nothing but reckon', () => {
    const machine = {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThan: 1, Next: 'P' }], Default: 'F' },
        P: { Type: 'Pass', Parameters: { 'm.$': 'States.MathAdd($.n, 1)' }, End: true },
        F: { Type: 'Fail', Error: 'Small' },
      },
    };
    expect(endingsOf(machine, { n: 2 })).toEqual([{ status: 'SUCCEEDED', output: { m: 3 } }]);
    expect(endingsOf(machine, { n: 1 })).toEqual([
      { status: 'FAILED', error: 'Small', cause: null, wording: 'exact' },
    ]);
  });

  test('are those of each answer that a task may give', () => {
    const machine = {
      StartAt: 'T',
      States: {
        T: {
          ...call,
          ResultPath: null,
          Catch: [
            { ErrorEquals: ['A'], ResultPath: null, Next: 'OnA' },
            { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Other' },
          ],
          End: true,
        },
        OnA: { Type: 'Pass', Result: 'a', End: true },
        Other: { Type: 'Pass', Result: 'other', End: true },
      },
    };
    const outputs = endingsOf(machine, { n: 1 })?.flatMap((ending) =>
      ending.status === 'SUCCEEDED' ? [ending.output] : [],
    );
    expect(outputs).toEqual([{ n: 1 }, 'other', 'a']);
  });

  test('take in branches, iterations and the children of a Map Run', () => {
    const pass = { StartAt: 'I', States: { I: { Type: 'Pass', Parameters: { 'v.$': '$' }, End: true } } };
    const processor = { ...pass, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
    const map = (ItemProcessor: object) => ({
      StartAt: 'M',
      States: { M: { Type: 'Map', ItemProcessor, End: true } },
    });
    const parallel = { StartAt: 'P', States: { P: { Type: 'Parallel', Branches: [pass], End: true } } };
    expect(endingsOf(map(pass), [1, 2])).toEqual([{ status: 'SUCCEEDED', output: [{ v: 1 }, { v: 2 }] }]);
    expect(endingsOf(parallel, 1)).toEqual([{ status: 'SUCCEEDED', output: [{ v: 1 }] }]);
    expect(endingsOf(map(processor), [1, 2])).toContainEqual({
      status: 'SUCCEEDED',
      output: [{ v: 1 }, { v: 2 }],
    });
  });

  test('are not known of a loop without end, nor where there are too many', () => {
    const loop = { StartAt: 'L', States: { L: { Type: 'Pass', Next: 'L' } } };
    expect(endingsOf(loop, {})).toBeUndefined();
    const names = Array.from({ length: 12 }, (_, index) => `T${index}`);
    const many = {
      StartAt: 'T0',
      States: Object.fromEntries(
        names.map((name, index) => [
          name,
          {
            ...call,
            Retry: [{ ErrorEquals: ['A', 'B', 'C'] }],
            ...(index < 11 ? { Next: `T${index + 1}` } : { End: true }),
          },
        ]),
      ),
    };
    expect(endingsOf(many, {})).toBeUndefined();
  });

  test('are not known of what is no definition', () => {
    expect(endingsOf({}, {})).toBeUndefined();
    expect(endingsOf({ StartAt: 'X', States: { X: { Type: 'Task' } } }, {})).toBeDefined();
  });
});
