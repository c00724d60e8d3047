import { parseValue } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import {
  compile,
  type Definition,
  replay,
  simulate,
  type Trace,
  worldFromHistory,
} from '@steptrail/interpreter';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentsOf } from '../conformance/given-back.ts';
import { countFeatures } from './features.ts';
import { EXECUTION_ARN, madeMachines, worldOf } from './machines.ts';

// The same cases every time: a failure here is a failure for everyone.
fc.configureGlobal({ seed: 20_261_122 });

const RUNS = 150;

/** Replay never throws; what it could not work out by a defect of its own it says so. */
const defects = (trace: Trace): readonly string[] =>
  trace.unverifiable.map(({ reason }) => reason).filter((reason) => reason.startsWith('Steptrail'));

/** What nobody can know of a history, were it made up or not. */
const RANDOM = /random|clock|task token|child executions|no reference|absent cause|not recorded/;

describe('a made-up machine', () => {
  test('is one that AWS would take', () => {
    fc.assert(
      fc.property(madeMachines, ({ definition, type }) => {
        const parsed = parseValue(definition, { type });
        expect(parsed.ok ? [] : parsed.problems).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('and its history show every feature now and then', () => {
    const counts = countFeatures(fc.sample(madeMachines, { numRuns: 400, seed: 20_261_122 }));
    console.info(
      `features of 400 made-up machines and their histories: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`,
    );
    expect([...counts].filter(([, count]) => count === 0).map(([name]) => name)).toEqual([]);
  });
});

describe('a simulated history', () => {
  test('replays without a divergence', () => {
    fc.assert(
      fc.property(madeMachines, (made) => {
        const program = compile(made.definition, { type: made.type });
        const events = simulate(program, made.input, worldOf(made));
        const trace = replay(program, events, { executionArn: EXECUTION_ARN });
        expect(trace.divergences).toEqual([]);
        expect(defects(trace)).toEqual([]);
        expect(trace.unverifiable.filter(({ reason }) => !RANDOM.test(reason))).toEqual([]);
        expect(trace.agrees + new Set(trace.unverifiable.map(({ eventId }) => eventId)).size).toBe(
          events.length,
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('is given back by the world that is read off it', () => {
    fc.assert(
      fc.property(madeMachines, (made) => {
        const program = compile(made.definition, { type: made.type });
        const events = simulate(program, made.input, worldOf(made));
        const { world, input } = worldFromHistory(program, events, { executionArn: EXECUTION_ARN });
        expect(simulate(program, input, world).map(contentsOf)).toEqual(events.map(contentsOf));
      }),
      { numRuns: RUNS },
    );
  });

  test('cut anywhere diverges nowhere and says what is pending', () => {
    fc.assert(
      fc.property(madeMachines, fc.nat(), (made, at) => {
        const program = compile(made.definition, { type: made.type });
        const whole = simulate(program, made.input, worldOf(made));
        const open = whole.slice(0, 1 + (at % whole.length));
        const trace = replay(program, open, { executionArn: EXECUTION_ARN });
        expect(trace.divergences).toEqual([]);
        expect(trace.pending.length > 0).toBe(trace.status === 'RUNNING');
        for (const { since, until, eventId } of trace.pending) {
          expect(open.some(({ id }) => id === eventId)).toBe(true);
          expect(until ?? since).toBeGreaterThanOrEqual(since);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('is cut off by time as it would be by reading it early', () => {
    fc.assert(
      fc.property(madeMachines, fc.integer({ min: 0, max: 20_000 }), (made, later) => {
        const program = compile(made.definition, { type: made.type });
        const until = worldOf(made).start + later;
        const whole = simulate(program, made.input, worldOf(made));
        const open = simulate(program, made.input, worldOf(made, { until }));
        expect(open).toEqual(whole.filter((event) => event.timestamp <= until));
      }),
      { numRuns: 100 },
    );
  });

  test('has ids without gaps, times that do not go back and a chain that points backwards', () => {
    fc.assert(
      fc.property(madeMachines, (made) => {
        const events = simulate(compile(made.definition, { type: made.type }), made.input, worldOf(made));
        events.forEach((event, index) => {
          expect(event.id).toBe(index + 1);
          expect(event.previousEventId).toBeLessThan(event.id);
          expect(event.timestamp).toBeGreaterThanOrEqual(events[index - 1]?.timestamp ?? 0);
        });
      }),
      { numRuns: 100 },
    );
  });

  test('is the same for the same seed', () => {
    fc.assert(
      fc.property(madeMachines, (made) => {
        const first = simulate(compile(made.definition, { type: made.type }), made.input, worldOf(made));
        expect(simulate(compile(made.definition, { type: made.type }), made.input, worldOf(made))).toEqual(
          first,
        );
      }),
      { numRuns: 100 },
    );
  });

  test('with an event dropped, doubled or moved shows it', () => {
    fc.assert(
      fc.property(madeMachines, fc.nat(), fc.constantFrom('drop', 'double', 'move'), (made, at, how) => {
        const program = compile(made.definition, { type: made.type });
        const events = [...simulate(program, made.input, worldOf(made))];
        fc.pre(events.length > 3);
        const index = 1 + (at % (events.length - 2));
        const event = events[index];
        if (event === undefined) return;
        if (how === 'drop') events.splice(index, 1);
        else if (how === 'double') events.splice(index, 0, event);
        else events.splice(index - 1, 2, event, events[index - 1] ?? event);
        expect(replay(program, events, { executionArn: EXECUTION_ARN }).divergences).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('replay', () => {
  const anyJson = fc.jsonValue({ maxDepth: 3 });
  const anyEvent: fc.Arbitrary<Event> = fc
    .record({
      id: fc.nat(30),
      previousEventId: fc.nat(30),
      timestamp: fc.nat(1000),
      name: fc.constantFrom('s0', '__proto__', 'constructor', ''),
      text: fc.constantFrom('{}', '[1', 'null', '{"__proto__":{"a":1}}'),
      type: fc.constantFrom(
        'PassStateEntered',
        'TaskStateExited',
        'MapStateEntered',
        'ChoiceStateExited' as const,
      ),
    })
    .map(({ id, previousEventId, timestamp, name, text, type }): Event => {
      const at = { id, previousEventId, timestamp, name };
      switch (type) {
        case 'PassStateEntered':
        case 'MapStateEntered':
          return { ...at, type, input: text };
        default:
          return { ...at, type: type === 'TaskStateExited' ? type : 'ChoiceStateExited', output: text };
      }
    });
  const bare = fc.constantFrom(
    'ParallelStateStarted',
    'ParallelStateFailed',
    'MapStateSucceeded',
    'LambdaFunctionStarted',
    'TaskStateAborted',
    'ExecutionFailed',
    'ExecutionTimedOut',
    'ExecutionRedriven',
    'MapRunStarted',
    'MapStateStarted',
    'MapIterationStarted',
    'LambdaFunctionFailed',
    'ExecutionStarted',
  );
  const bareEvent: fc.Arbitrary<Event> = fc
    .record({ id: fc.nat(30), previousEventId: fc.nat(30), timestamp: fc.nat(1000), type: bare })
    .map((at): Event => {
      if (at.type === 'ExecutionStarted') return { ...at, type: at.type, input: '{}' };
      return { ...at, type: at.type };
    });

  test('survives any events in any order', () => {
    fc.assert(
      fc.property(
        madeMachines,
        fc.array(fc.oneof(anyEvent, bareEvent), { maxLength: 40 }),
        (made, events) => {
          const trace = replay(made.definition, events, { executionArn: EXECUTION_ARN });
          expect(defects(trace)).toEqual([]);
          expect(trace.events).toBe(events.length);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('survives events of another machine', () => {
    fc.assert(
      fc.property(madeMachines, madeMachines, (one, other) => {
        const events = simulate(one.definition, one.input, worldOf(one));
        const trace = replay(other.definition, events, { executionArn: EXECUTION_ARN });
        expect(trace.events).toBe(events.length);
        expect(defects(trace)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('survives any definition', () => {
    const someType = fc.constantFrom(
      'Task',
      'Pass',
      'Choice',
      'Wait',
      'Succeed',
      'Fail',
      'Parallel',
      'Map',
      'Odd',
    );
    const state = fc
      .tuple(
        someType,
        fc.dictionary(
          fc.constantFrom(
            'Next',
            'End',
            'Choices',
            'Branches',
            'Retry',
            'Catch',
            'Parameters',
            'InputPath',
            'ResultPath',
            'ItemProcessor',
            'Seconds',
            'Assign',
            'QueryLanguage',
            'Result',
            'Output',
            'Resource',
            'Default',
            'ErrorPath',
          ),
          anyJson,
        ),
      )
      .map(([Type, fields]) => ({ ...fields, Type }));
    const definition: fc.Arbitrary<Definition> = fc
      .dictionary(fc.constantFrom('s0', 's1', '__proto__', 'constructor'), state)
      .map((States) => ({ StartAt: 's0', States }));
    fc.assert(
      fc.property(definition, madeMachines, (odd, made) => {
        const events = simulate(compile(made.definition, { type: made.type }), made.input, worldOf(made));
        expect(replay(odd, events).events).toBe(events.length);
        const simulated = simulate(odd, made.input, worldOf(made, { until: worldOf(made).start + 1000 }));
        expect(simulated.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
  });

  test('survives a definition that holds itself', () => {
    const states: Record<string, unknown> = {};
    const definition = { StartAt: 'a', States: states };
    states.a = { Type: 'Parallel', Branches: [definition], End: true };
    expect(replay(definition, []).status).toBe('RUNNING');
  });
});
