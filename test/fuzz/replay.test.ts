import { parse, parseValue } from '@steptrail/asl';
import {
  type Event,
  groupLogRecords,
  normaliseHistory,
  normaliseLogRecords,
  writeHistoryEvent,
  writeLogRecord,
} from '@steptrail/history';
import { compile, replay, simulate, type Trace } from '@steptrail/interpreter';
import { checkDefinition, checkExecution } from '@steptrail/rules';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { EXECUTION_ARN, type Made, madeMachines, worldOf } from '../properties/machines.ts';
import { changed, expectPrototypesUntouched, hostileJson, type Json, run, tried } from './hostile.ts';

afterEach(expectPrototypesUntouched);

const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value));

/** A trace says something of every event, and no more than the events give reason for. */
const expectSound = (trace: Trace, events: readonly Event[]): void => {
  expect(trace.events).toBe(events.length);
  expect(trace.agrees).toBeLessThanOrEqual(events.length);
  expect(trace.visits.length).toBeLessThanOrEqual(events.length);
  const ids = new Set(events.map(({ id }) => id));
  for (const { eventId } of trace.divergences)
    expect(ids.has(eventId) || eventId <= trace.lastEventId).toBe(true);
  expect(trace.divergences.length).toBeLessThanOrEqual(6 * events.length + 10);
  const defects = trace.unverifiable.filter(({ reason }) => reason.startsWith('Steptrail'));
  expect(defects).toEqual([]);
  JSON.stringify(trace);
};

const judge = (definition: Json, events: readonly Event[], type: 'STANDARD' | 'EXPRESS'): void => {
  const trace = replay(compile(definitionOf(definition), { type }), events, { executionArn: EXECUTION_ARN });
  expectSound(trace, events);
  const parsed = parseValue(definition, { type });
  parse(JSON.stringify(definition), { type });
  if (!parsed.ok) {
    expect(parsed.problems.length).toBeGreaterThan(0);
    return;
  }
  const subject = { stateMachineArn: 'arn', type, machine: parsed.machine };
  checkDefinition(subject);
  checkExecution({ ...subject, executionArn: EXECUTION_ARN, trace, now: Date.UTC(2026, 1, 1) });
};

const definitionOf = (json: Json): { readonly [key: string]: unknown } =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? json : { States: json };

const historyOf = (made: Made): readonly Event[] =>
  simulate(compile(made.definition), made.input, worldOf(made));

const wireOf = (events: readonly Event[]): Json => plain(events.map((event) => writeHistoryEvent(event)));

describe('whatever the definition and the history, replay gives a trace', () => {
  test('a changed history of a sound machine', () => {
    const cases = madeMachines.chain((made) =>
      changed(wireOf(historyOf(made))).map((wire) => ({ definition: plain(made.definition), wire })),
    );
    fc.assert(
      fc.property(cases, ({ definition, wire }) => {
        run({ definition, wire }, () => judge(definition, normaliseHistory(wire).events, 'STANDARD'));
      }),
      tried(150),
    );
  });

  test('a changed machine with the history of the sound one', () => {
    const cases = madeMachines.chain((made) =>
      changed(plain(made.definition)).map((definition) => ({ definition, wire: wireOf(historyOf(made)) })),
    );
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom('STANDARD' as const, 'EXPRESS' as const),
        ({ definition, wire }, type) => {
          run({ definition, wire }, () => judge(definition, normaliseHistory(wire).events, type));
        },
      ),
      tried(150),
    );
  });

  test('a changed machine simulated and replayed', () => {
    const cases = madeMachines.chain((made) =>
      changed(plain(made.definition)).map((definition) => ({
        ...made,
        definition: definitionOf(definition),
      })),
    );
    fc.assert(
      fc.property(cases, hostileJson, fc.boolean(), (made, input, hostile) => {
        run({ made, input }, () => {
          const program = compile(made.definition);
          const given = hostile ? input : made.input;
          const events = simulate(program, given, worldOf(made, { until: Date.UTC(2026, 0, 2) }));
          expect(events.length).toBeLessThanOrEqual(25_000);
          const trace = replay(program, events, { executionArn: EXECUTION_ARN });
          expectSound(trace, events);
        });
      }),
      tried(150),
    );
  });

  test('events of two executions, mixed, doubled and out of order', () => {
    fc.assert(
      fc.property(
        madeMachines,
        madeMachines,
        fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 60 }),
        (one, other, picks) => {
          const [own, foreign] = [historyOf(one), historyOf(other)];
          const events = picks.flatMap(([at, isOwn]) => (isOwn ? own : foreign).at(at % 40) ?? []);
          run({ one, other, picks }, () => judge(plain(one.definition), events, 'STANDARD'));
        },
      ),
      tried(100),
    );
  });

  test('log records, changed', () => {
    const cases = madeMachines.chain((made) =>
      changed(
        plain(
          historyOf(made).map((event) =>
            writeLogRecord(event, { executionArn: EXECUTION_ARN, redriveCount: 0 }),
          ),
        ),
      ).map((wire) => ({
        definition: plain(made.definition),
        wire,
      })),
    );
    fc.assert(
      fc.property(cases, ({ definition, wire }) => {
        const { records, problems } = normaliseLogRecords(Array.isArray(wire) ? wire : [wire]);
        for (const { message } of problems) expect(typeof message).toBe('string');
        for (const group of groupLogRecords(records).values()) {
          run({ definition, wire }, () =>
            judge(
              definition,
              group.map(({ event }) => event),
              'EXPRESS',
            ),
          );
        }
      }),
      tried(60),
    );
  });
});

test('whatever the page, each entry is an event or a problem', () => {
  const event = fc.record(
    {
      id: fc.oneof(fc.integer({ min: 0, max: 9 }), hostileJson),
      previousEventId: fc.oneof(fc.integer({ min: 0, max: 9 }), hostileJson),
      timestamp: fc.oneof(fc.constantFrom<Json>(0, '2026-01-01T00:00:00Z'), hostileJson),
      event_timestamp: fc.oneof(fc.constantFrom<Json>('0'), hostileJson),
      execution_arn: fc.oneof(fc.constantFrom<Json>('arn'), hostileJson),
      redrive_count: hostileJson,
      previous_event_id: hostileJson,
      type: fc.oneof(
        fc.constantFrom<Json>(
          'PassStateEntered',
          'TaskScheduled',
          'ExecutionFailed',
          '__proto__',
          'MapRunStarted',
        ),
        hostileJson,
      ),
      stateEnteredEventDetails: hostileJson,
      taskScheduledEventDetails: hostileJson,
      executionFailedEventDetails: hostileJson,
      mapRunStartedEventDetails: hostileJson,
      details: hostileJson,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(hostileJson, fc.array(fc.oneof(event, hostileJson), { maxLength: 6 })), (page) => {
      const { events, problems } = normaliseHistory(page);
      if (Array.isArray(page)) expect(events.length + problems.length).toBe(page.length);
      const messages = Array.isArray(page) ? page : [page];
      const logs = normaliseLogRecords([...messages, ...messages.map((message) => JSON.stringify(message))]);
      expect(logs.records.length + logs.problems.length).toBe(2 * messages.length);
      replay({}, events);
    }),
    tried(500),
  );
});

describe('what the search found', () => {
  const unprintable: Json = { toString: 1, valueOf: null };

  test('objects that cannot be made a text or a number', () => {
    const event = { id: 1, previousEventId: unprintable, timestamp: 0, type: 'ExecutionStarted' };
    expect(normaliseHistory([event]).problems.length).toBe(1);
    expect(normaliseHistory([{ ...event, previousEventId: 0, id: unprintable }]).problems.length).toBe(1);
    const record = { id: '1', event_timestamp: '0', execution_arn: 'arn', type: 'ExecutionStarted' };
    expect(normaliseLogRecords([{ ...record, previous_event_id: unprintable }]).problems.length).toBe(1);
    expect(normaliseLogRecords([{ ...record, redrive_count: unprintable }]).records[0]?.redriveCount).toBe(0);
    expect(normaliseHistory([{ ...event, previousEventId: null }]).problems).toEqual([]);
  });

  test('such objects in the place of names', () => {
    const state = {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', IsPresent: true, Next: unprintable }],
      Default: unprintable,
    };
    for (const definition of [
      { StartAt: unprintable, States: {} },
      { StartAt: 'A', States: { A: state } },
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: unprintable,
            Catch: [{ ErrorEquals: ['States.ALL'], Next: unprintable }],
          },
        },
      },
      {
        StartAt: 'A',
        States: { A: { Type: 'Pass', InputPath: unprintable, ResultPath: unprintable, Next: unprintable } },
      },
      { StartAt: 'A', States: { A: { Type: 'Wait', Timestamp: unprintable } } },
    ]) {
      const [made] = fc.sample(madeMachines, { seed: 1, numRuns: 1 });
      if (made === undefined) throw new Error('a machine is made');
      const program = compile(definition);
      const events = simulate(program, { n: 1 }, worldOf(made));
      expectSound(replay(program, events), events);
      expectSound(replay(program, historyOf(made)), historyOf(made));
    }
  });
});
