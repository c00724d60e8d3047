import { describe, expect, test } from 'vitest';
import { findLoops, reachable, stateOf, successors } from './graph.ts';
import { queryLanguageOf, type StateMachine } from './machine.ts';
import { parseValue } from './parse.ts';
import { walk } from './walk.ts';

function machineOf(value: unknown): StateMachine {
  const result = parseValue(value);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.machine;
}

const pass = (next?: string): object => ({
  Type: 'Pass',
  ...(next === undefined ? { End: true } : { Next: next }),
});
const RULE = { Variable: '$.a', IsPresent: true };

const nested = machineOf({
  StartAt: 'P',
  QueryLanguage: 'JSONPath',
  States: {
    P: {
      Type: 'Parallel',
      Next: 'M',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
      Branches: [
        { StartAt: 'A', States: { A: pass() } },
        { StartAt: 'B', States: { B: { ...pass('C'), QueryLanguage: 'JSONata' }, C: pass() } },
      ],
    },
    M: {
      Type: 'Map',
      Next: 'End',
      Iterator: {
        StartAt: 'I',
        States: {
          I: {
            Type: 'Choice',
            Choices: [
              { ...RULE, Next: 'J' },
              { ...RULE, Next: 'J' },
            ],
            Default: 'K',
          },
          J: pass('I'),
          K: pass(),
        },
      },
    },
    End: { Type: 'Succeed' },
  },
});

test('walk visits every state, nested ones behind the state that holds them', () => {
  const found = [...walk(nested)].map(({ pointer, path, language }) => [pointer, path.join(' > '), language]);
  expect(found).toEqual([
    ['/States/P', 'P', 'JSONPath'],
    ['/States/P/Branches/0/States/A', 'P > A', 'JSONPath'],
    ['/States/P/Branches/1/States/B', 'P > B', 'JSONata'],
    ['/States/P/Branches/1/States/C', 'P > C', 'JSONPath'],
    ['/States/M', 'M', 'JSONPath'],
    ['/States/M/Iterator/States/I', 'M > I', 'JSONPath'],
    ['/States/M/Iterator/States/J', 'M > J', 'JSONPath'],
    ['/States/M/Iterator/States/K', 'M > K', 'JSONPath'],
    ['/States/End', 'End', 'JSONPath'],
  ]);
});

describe('queryLanguageOf', () => {
  test.each<[Parameters<typeof queryLanguageOf>, string]>([
    [[{}], 'JSONPath'],
    [[{ QueryLanguage: 'JSONata' }], 'JSONata'],
    [[{}, { QueryLanguage: 'JSONata' }], 'JSONata'],
    [[{ QueryLanguage: 'JSONata' }, {}], 'JSONata'],
  ])('%j: %s', (scopes, expected) => {
    expect(queryLanguageOf(...scopes)).toBe(expected);
  });
});

test('successors, each once', () => {
  const names = [...walk(nested)].map(({ name, state }) => [name, successors(state)]);
  expect(Object.fromEntries(names)).toMatchObject({ P: ['M', 'End'], I: ['J', 'K'], A: [], End: [] });
});

test('reachable from a state', () => {
  expect([...reachable(nested, 'M')]).toEqual(['M', 'End']);
  expect([...reachable(nested, 'constructor')]).toEqual([]);
  expect(stateOf(nested, 'constructor')).toBeUndefined();
});

describe('findLoops', () => {
  test('a loop inside a Map', () => {
    expect(findLoops(nested).map(({ pointer, names }) => [pointer, names])).toEqual([
      ['/States/M/Iterator', ['I', 'J']],
    ]);
  });
  test('two loops and a state that follows itself', () => {
    const choice = (a: string, b: string): object => ({
      Type: 'Choice',
      Choices: [{ ...RULE, Next: a }],
      Default: b,
    });
    const machine = machineOf({
      StartAt: 'a',
      States: {
        a: choice('b', 'c'),
        b: pass('a'),
        c: choice('c', 'd'),
        d: choice('e', 'f'),
        e: pass('d'),
        f: pass(),
      },
    });
    expect(findLoops(machine).map(({ names }) => names)).toEqual([['a', 'b'], ['c'], ['d', 'e']]);
  });
  test('a chain of 20,000 states has none', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `s${i}`);
    const States = Object.fromEntries(names.map((name, i) => [name, pass(names[i + 1])]));
    expect(findLoops(machineOf({ StartAt: 's0', States }))).toEqual([]);
  });
});
