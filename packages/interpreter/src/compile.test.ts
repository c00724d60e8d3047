import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { replay } from './replay.ts';
import { simulate } from './simulate.ts';
import { writtenHistory } from './written-history.ts';

const CHILD = 'arn:aws:states:us-east-1:111111111111:execution:m/Orders:e';

const nested = {
  StartAt: 'Both',
  QueryLanguage: 'JSONata',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Orders',
          States: {
            Orders: {
              Type: 'Map',
              ItemProcessor: {
                ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
                StartAt: 'Price',
                States: { Price: { Type: 'Pass', Output: '{% $states.input.price * 2 %}', End: true } },
              },
              End: true,
            },
          },
        },
      ],
      End: true,
    },
  },
};

describe('the processor of a distributed Map', () => {
  const program = compile(nested, { processorOf: 'Orders' });

  test('is found however deep, with its type, its pointers and the language around it', () => {
    expect(program.type).toBe('EXPRESS');
    expect([...program.states.keys()]).toEqual(['Price']);
    expect(program.states.get('Price')).toMatchObject({
      pointer: '/States/Both/Branches/0/States/Orders/ItemProcessor/States/Price',
      language: 'JSONata',
    });
  });

  const child = writtenHistory(
    ['ExecutionStarted', 0, { input: { price: 3 }, roleArn: 'r' }],
    ['PassStateEntered', 0, { name: 'Price', input: { price: 3 } }],
    ['PassStateExited', 2, { name: 'Price', output: 6 }],
    ['ExecutionSucceeded', 3, { output: 6 }],
  );

  test('explains the history of a child execution', () => {
    const trace = replay(nested, child, { processorOf: 'Orders', executionArn: CHILD });
    expect(trace).toMatchObject({ status: 'SUCCEEDED', divergences: [], unverifiable: [] });
  });

  test('a child that does something else diverges', () => {
    const other = child.map((event) =>
      event.type === 'PassStateExited' ? { ...event, output: '7' } : event,
    );
    expect(replay(program, other).divergences[0]).toMatchObject({ eventId: 3, kind: 'payload' });
  });

  test('what a child simulates it replays', () => {
    const events = simulate(
      program,
      { price: 1 },
      {
        start: 0,
        executionArn: CHILD,
        stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m/Orders',
        roleArn: 'r',
        seed: 1,
        task: () => ({ kind: 'hangs' }),
      },
    );
    expect(replay(program, events, { executionArn: CHILD }).divergences).toEqual([]);
  });

  test.each(['Both', 'Price', 'Nobody'])('of %s, which is no Map, there is none', (processorOf) => {
    expect(compile(nested, { processorOf }).states.size).toBe(0);
  });

  test('what a child sees of its item is not known, and neither is that it sees it', () => {
    const definition = {
      StartAt: 'Orders',
      States: {
        Orders: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Show',
            States: { Show: { Type: 'Pass', Parameters: { 'map.$': '$$.Map' }, End: true } },
          },
          End: true,
        },
      },
    };
    const of = (output: unknown) =>
      replay(
        definition,
        writtenHistory(
          ['ExecutionStarted', 0, { input: 1, roleArn: 'r' }],
          ['PassStateEntered', 0, { name: 'Show', input: 1 }],
          ['PassStateExited', 2, { name: 'Show', output }],
          ['ExecutionSucceeded', 3, { output }],
        ),
        { processorOf: 'Orders', executionArn: CHILD },
      ).divergences;
    expect(of({ map: { Item: { Index: 0, Value: 1 } } })).toEqual([]);
    expect(of({})).toEqual([]);
    expect(of({ other: 1 })).not.toEqual([]);
  });
});

describe('a definition that no parser would let pass', () => {
  const history = writtenHistory(
    ['ExecutionStarted', 0, { input: 1, roleArn: 'r' }],
    ['PassStateEntered', 0, { name: 'One', input: 1 }],
    ['PassStateExited', 2, { name: 'One', output: 1 }],
    ['PassStateEntered', 3, { name: 'Two', input: 1 }],
    ['PassStateExited', 4, { name: 'Two', output: 1 }],
    ['ExecutionSucceeded', 5, { output: 1 }],
  );
  const two = { Type: 'Pass', End: true };

  test('explains no state behind a Next that leads nowhere, and goes on from the recorded one', () => {
    const definition = { StartAt: 'One', States: { One: { Type: 'Pass', Next: 'Three' }, Two: two } };
    expect(replay(definition, history)).toMatchObject({
      agrees: 5,
      unverifiable: [],
      divergences: [{ eventId: 4, kind: 'definition', expected: 'a state "Three"' }],
    });
  });

  test('explains no state that it lacks, nor knows what follows it', () => {
    const definition = { StartAt: 'One', States: { One: { Type: 'Pass', Next: 'Two' } } };
    expect(replay(definition, history).divergences[0]).toMatchObject({ eventId: 4, kind: 'definition' });
  });

  test('explains nothing where it begins nowhere', () => {
    expect(replay({ StartAt: 'Zero', States: { Two: two } }, history).divergences[0]).toMatchObject({
      eventId: 2,
      kind: 'definition',
    });
  });
});
