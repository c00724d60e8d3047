import { parse } from '@steptrail/asl';
import { type Event, normaliseHistory } from '@steptrail/history';
import { compile, inspect, replay, simulate } from '@steptrail/interpreter';
import { afterEach, describe, expect, test } from 'vitest';
import { expectPrototypesUntouched } from './hostile.ts';

/*
 * Small inputs that would take for ever, or more memory than there is. What bounds them is counted in steps, nodes,
 * characters and events; that a test ends is the proof.
 */

afterEach(expectPrototypesUntouched);

type Fields = { readonly [key: string]: unknown };

const world = {
  start: Date.UTC(2026, 0, 1),
  executionArn: 'arn:aws:states:us-east-1:111111111111:execution:m:e',
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m',
  roleArn: 'arn:aws:iam::111111111111:role/r',
  seed: 1,
  task: () => ({ kind: 'hangs' as const }),
};

const machineOf = (state: Fields): Fields => ({ StartAt: 'Only', States: { Only: { ...state, End: true } } });

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Runs a machine of one state and gives the sizes of all payloads of its history, after it has replayed. */
const payloadSizes = (definition: Fields, input: Json): readonly number[] => {
  const program = compile(definition);
  const events = simulate(program, input, world);
  const trace = replay(program, events, { executionArn: world.executionArn });
  expect(trace.divergences).toEqual([]);
  expect(trace.unverifiable.filter(({ reason }) => reason.startsWith('Steptrail'))).toEqual([]);
  return events.map((event) => JSON.stringify(event).length);
};

const nested = (depth: number): Json => {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
};
const many = Array.from({ length: 20_000 }, (_, index) => index);

describe('expressions that grow', () => {
  const paths: readonly [string, Json][] = [
    ['$..*..*..*..*', nested(400)],
    ['$..*..*..*..*..*..*', { a: many.slice(0, 100).map((n) => ({ b: [n, [n], [[n]]] })) }],
    ['$[*][*]..*..[*]', many.slice(0, 300).map(() => [many.slice(0, 50)])],
    ['$..[?(@..*)]', nested(2_000)],
    ['$[?(@ in $)]', many],
    ['$[?(@ nin $[*])]', many],
    ['$[?($..* contains @)]', many],
    ['$[?(@ =~ /a*a*a*b/)]', many.slice(0, 300).map(() => 'a'.repeat(100))],
    ['$[?(@ =~ /(a+)+b/)]', ['a'.repeat(100)]],
    ['$[4000000000]', many],
    ['$[0:4000000000:1]', many],
    ['$[-4000000000:]', many],
    ['$[4000000000:0:-1]', many],
    [`$${'..*'.repeat(5_000)}`, many],
    [`$${'[*]'.repeat(50_000)}`, many],
    [`$${'[?(@'.repeat(50_000)}`, many],
    [`$${'.concat($'.repeat(50_000)}`, many],
  ];
  test.each(paths)('path %#', (path, input) => {
    payloadSizes(machineOf({ Type: 'Pass', Parameters: { 'x.$': path } }), input);
    payloadSizes(machineOf({ Type: 'Pass', InputPath: path }), input);
  });

  test.each([
    'States.ArrayRange(0, 1000000000, 1)',
    'States.ArrayRange(1e20, 1e20, 1)',
    'States.ArrayRange(0, 1e308, 1e-308)',
    "States.Base64Encode(States.Format('{}', $))",
    "States.Hash(States.Format('{}', $), 'SHA-512')",
    `States.Format('${'{}'.repeat(2_000)}'${', $'.repeat(2_000)})`,
    'States.ArrayUnique($)',
    'States.ArrayPartition($, 1)',
    "States.StringSplit(States.Format('{}', $), ', ')",
    `${'States.Array('.repeat(50_000)}`,
    `States.Format('${'\\'.repeat(100_000)}`,
  ])('function %#', (call) => {
    const input = many.map((n) => ({ n }));
    payloadSizes(machineOf({ Type: 'Pass', Parameters: { 'x.$': call } }), input);
  });

  test.each([
    '[1..10000000]',
    '[1..30000].([1..30000])',
    '$map([1..1000], function($x){[1..1000]})',
    '$pad("", 1000000000)',
    '$pad("x", -1000000000, "ab")',
    '$reduce([1..60], function($s){$s & $s}, "x")',
    '$reduce([1..60], function($s){$append($s, $s)}, [1])',
    '$join([1..200000].("x"))',
    '$range(0, 1e308, 1)',
    '$range(1e20, 1e20, 1)',
    '$replace($pad("", 30, "a"), /(a+)+b/, "")',
    '$match($pad("", 100000, "a"), /a*a*a*a*b/)',
    '$split($pad("", 100000, "ab"), /(ab|ba)+/)',
    '$power(10, 400)',
    '$formatNumber(1e308, "#,##0.00")',
    '$formatBase(1e308, 2)',
    '**.**.**.**',
    '$states.input.**.**',
    '$sort([1..2000], function($a, $b){$count([1..2000]) > 0})',
    '("x" ~> /(x+x+)+y/)',
    '$eval("[1..1e7]")',
  ])('%s', (expression) => {
    const definition = machineOf({ Type: 'Pass', QueryLanguage: 'JSONata', Output: `{% ${expression} %}` });
    const program = compile(definition);
    const events = simulate(program, { a: many.slice(0, 200).map((n) => ({ n: [n] })) }, world);
    for (const event of events) expect(JSON.stringify(event).length).toBeLessThan(1_000_000);
    replay(program, events, { executionArn: world.executionArn });
  });

  test('a payload that doubles at each turn ends at the limit of AWS', () => {
    const definition = {
      StartAt: 'Double',
      States: {
        Double: { Type: 'Pass', Parameters: { 'a.$': "States.Format('{}{}', $.a, $.a)" }, Next: 'Again' },
        Again: {
          Type: 'Choice',
          Choices: [{ Variable: '$.a', StringEquals: 'x', Next: 'End' }],
          Default: 'Double',
        },
        End: { Type: 'Succeed' },
      },
    };
    const sizes = payloadSizes(definition, { a: 'x' });
    expect(Math.max(...sizes)).toBeLessThan(2_000_000);
    expect(sizes.length).toBeLessThan(200);
  });

  test('StringMatches with many stars, on a long text', () => {
    const rule = { Variable: '$.a', StringMatches: `${'*a'.repeat(5_000)}b`, Next: 'Only' };
    payloadSizes(
      {
        StartAt: 'Pick',
        States: { Pick: { Type: 'Choice', Choices: [rule], Default: 'Only' }, Only: { Type: 'Succeed' } },
      },
      { a: 'a'.repeat(100_000) },
    );
  });
});

describe('definitions beyond measure', () => {
  test('10,000 branches, run and replayed', () => {
    const Branches = many
      .slice(0, 10_000)
      .map((n) => ({ StartAt: `B${n}`, States: { [`B${n}`]: { Type: 'Pass', End: true } } }));
    const sizes = payloadSizes(machineOf({ Type: 'Parallel', Branches }), {});
    expect(sizes.length).toBeGreaterThan(20_000);
    expect(parse(JSON.stringify(machineOf({ Type: 'Parallel', Branches }))).ok).toBe(true);
  });

  test('a definition of a megabyte', () => {
    const States: Record<string, Fields> = {};
    for (const n of many.slice(0, 16_000)) States[`S${n}`] = { Type: 'Pass', Next: `S${n + 1}` };
    States.S16000 = { Type: 'Pass', End: true };
    const text = JSON.stringify({ StartAt: 'S0', States });
    expect(text.length).toBeGreaterThan(500_000);
    const parsed = parse(text);
    expect(parsed.ok).toBe(true);
    if (parsed.ok) expect(simulate(parsed.machine, {}, world).length).toBe(25_000);
  });

  const twice = { l: '{% $exists($v) ? $v : 1 %}', r: '{% $exists($v) ? $v : 1 %}' };
  test.each<[string, Fields]>([
    ['a payload', { QueryLanguage: 'JSONPath', Parameters: { 'l.$': '$', 'r.$': '$' } }],
    ['a payload in JSONata', { Output: { l: '{% $states.input %}', r: '{% $states.input %}' } }],
    ['a variable', { Assign: { v: twice } }],
  ])('60 states, each of which doubles %s', (_title, fields) => {
    const states = Array.from({ length: 60 }, (_, n) => [
      `S${n}`,
      {
        Type: 'Pass',
        QueryLanguage: 'JSONata',
        ...fields,
        ...(n < 59 ? { Next: `S${n + 1}` } : { End: true }),
      },
    ]);
    const program = compile({ StartAt: 'S0', States: Object.fromEntries(states) });
    const events = simulate(program, { a: 1 }, world);
    expect(events.at(-1)?.type).toBe('ExecutionFailed');
    expect(replay(program, events, { executionArn: world.executionArn }).divergences).toEqual([]);
  });

  test('absurdly deep, as text and as an object', () => {
    const depth = 50_000;
    const text = `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true,"Result":${'['.repeat(depth)}${']'.repeat(depth)}}}}`;
    expect(typeof parse(text).ok).toBe('boolean');
    const definition: Fields = JSON.parse(text);
    const program = compile(definition);
    const events = simulate(program, {}, world);
    expect(typeof replay(program, events).status).toBe('string');
    const machines = `${'{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":['.repeat(2_000)}{}${']}}}'.repeat(2_000)}`;
    expect(parse(machines).ok).toBe(false);
    expect(replay(compile(JSON.parse(machines)), events).divergences.length).toBeGreaterThan(0);
  });

  test('an absurdly deep payload', () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const at = (id: number, previousEventId: number, type: string, more: Fields) => ({
      id,
      previousEventId,
      timestamp: id,
      type,
      ...more,
    });
    const page = [
      at(1, 0, 'ExecutionStarted', { executionStartedEventDetails: { input: deep } }),
      at(2, 0, 'PassStateEntered', { stateEnteredEventDetails: { name: 'Only', input: deep } }),
      at(3, 2, 'PassStateExited', { stateExitedEventDetails: { name: 'Only', output: deep } }),
      at(4, 3, 'ExecutionSucceeded', { executionSucceededEventDetails: { output: deep } }),
    ];
    const { events } = normaliseHistory(page);
    for (const fields of [
      {},
      { Parameters: { 'x.$': '$.a' } },
      { Parameters: { 'x.$': '$..a' } },
      { ResultPath: '$.a.a' },
      { QueryLanguage: 'JSONata', Output: '{% $states.input.**.a %}' },
    ]) {
      expect(typeof replay(machineOf({ Type: 'Pass', ...fields }), events).status).toBe('string');
    }
  });

  test('cyclic', () => {
    const cyclic: Record<string, unknown> = { Type: 'Pass', End: true };
    cyclic.Result = cyclic;
    cyclic.Parameters = { a: cyclic };
    const definition: Record<string, unknown> = { StartAt: 'Only', States: { Only: cyclic } };
    cyclic.Branches = [definition];
    for (const Type of ['Pass', 'Parallel', 'Map', 'Task', 'Choice', 'Wait']) {
      cyclic.Type = Type;
      cyclic.Iterator = definition;
      cyclic.Choices = [cyclic];
      const program = compile(definition);
      expect(typeof replay(program, simulate(program, {}, world)).status).toBe('string');
      expect(typeof inspect({ definition: cyclic, input: '{}' })).toBe('object');
      expect(typeof inspect({ definition, stateName: 'Only', input: '{}' })).toBe('object');
    }
  });
});

describe('__proto__ is a name like any other', () => {
  const named = JSON.parse(`{
    "StartAt": "__proto__",
    "States": {
      "__proto__": { "Type": "Pass", "Assign": { "__proto__.$": "$.__proto__", "constructor": { "__proto__": 1 } },
        "Parameters": { "__proto__.$": "$.__proto__", "polluted": true }, "ResultPath": "$.__proto__.__proto__", "Next": "constructor" },
      "constructor": { "Type": "Pass", "QueryLanguage": "JSONata",
        "Output": { "__proto__": "{% $states.input %}", "b": "{% {'__proto__': {'polluted': true}} %}" }, "Next": "toString" },
      "toString": { "Type": "Pass", "OutputPath": "$.__proto__", "End": true }
    }
  }`);

  test('as a state, a key, a variable and in paths', () => {
    const program = compile(named);
    const input: Json = JSON.parse('{"__proto__":{"a":1}}');
    const events = simulate(program, input, world);
    expect(events.map((event) => ('name' in event ? event.name : event.type))).toEqual([
      'ExecutionStarted',
      '__proto__',
      '__proto__',
      'constructor',
      'constructor',
      'toString',
      'toString',
      'ExecutionSucceeded',
    ]);
    const outputs = events.flatMap((event: Event) =>
      'output' in event && typeof event.output === 'string' ? [event.output] : [],
    );
    expect(outputs[0]).toBe('{"__proto__":{"a":1,"__proto__":{"__proto__":{"a":1},"polluted":true}}}');
    expect(outputs.at(-1)).toBe(outputs[0]);
    expect(replay(program, events, { executionArn: world.executionArn }).divergences).toEqual([]);
    const assigned = events.flatMap((event) =>
      'assignedVariables' in event && event.assignedVariables !== undefined
        ? [JSON.stringify(event.assignedVariables)]
        : [],
    );
    expect(assigned[0]).toBe('{"__proto__":"{\\"a\\":1}","constructor":"{\\"__proto__\\":1}"}');
  });
});
