import type { Event, UnknownPayload } from '@steptrail/history';
import { compile, replay } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { hasCorpus, readRecordings } from '../conformance/recordings.ts';
import { UNEXPLAINED } from '../conformance/unexplained.ts';

/*
 * Recordings of which a part cannot be judged: an event of a type that this version does not know, or payloads that
 * were not recorded. Replay says so there, diverges nowhere, and judges the rest.
 */

const unrecognised = ({ id, previousEventId, timestamp, type }: Event): Event => ({
  id,
  previousEventId,
  timestamp,
  type: 'Unrecognised',
  recordedType: `${type}Teleported`,
});

const PAYLOADS: ReadonlySet<string> = new Set(['input', 'output', 'parameters', 'assignedVariables']);

/** The event with every payload in it replaced; the type stays what it was. */
const withoutPayloads = <E extends Event>(event: E, payload: UnknownPayload): E =>
  Object.assign(
    { ...event },
    Object.fromEntries(
      Object.entries(event)
        .filter(([key, value]) => PAYLOADS.has(key) && value !== undefined)
        .map(([key]) => [key, payload]),
    ),
  );

/** Which later events lose their ground with an event of each type, beside its direct neighbours in the chain. */
const FURTHER = /^(ExecutionStarted|EvaluationFailed|MapRun\w+|\w+Failed|\w+TimedOut)$/;

describe.skipIf(!hasCorpus)('a recording of AWS', () => {
  const recordings = hasCorpus
    ? readRecordings('recorded', 'found')
        .filter(
          ({ file, options }) => UNEXPLAINED[file] === undefined && (options.logLevel ?? 'ALL') === 'ALL',
        )
        .map((recording) => ({ ...recording, program: compile(recording.definition, recording.options) }))
    : [];

  test('in which one event is of an unknown type diverges nowhere', () => {
    const diverging: string[] = [];
    const spread: string[] = [];
    let tried = 0;
    for (const { file, events, program, options } of recordings) {
      const doubted = new Set(replay(program, events, options).unverifiable.map(({ eventId }) => eventId));
      for (const [index, event] of events.entries()) {
        tried += 1;
        const trace = replay(program, events.with(index, unrecognised(event)), options);
        const [first] = trace.divergences;
        if (first !== undefined)
          diverging.push(`${file} #${event.id} ${event.type}: #${first.eventId} ${first.why}`);
        const unverifiable = new Set(trace.unverifiable.map(({ eventId }) => eventId));
        expect(unverifiable.has(event.id), `${file} #${event.id}`).toBe(true);
        if (FURTHER.test(event.type)) continue;
        for (const id of unverifiable) {
          const other = events[id - 1];
          if (other === undefined || id === event.id || doubted.has(id)) continue;
          const near =
            id === event.id + 1 ||
            other.previousEventId === event.id ||
            other.previousEventId === event.previousEventId;
          // A branch that is not the last to end is followed by nothing but the end of its Parallel.
          if (!near && other.type !== 'ParallelStateSucceeded')
            spread.push(`${file} #${event.id} ${event.type}: #${id} ${other.type}`);
        }
      }
    }
    expect(tried).toBeGreaterThan(1000);
    expect(diverging).toEqual([]);
    expect(spread).toEqual([]);
  });

  test('in which one event is of an unknown type still shows an alteration elsewhere', () => {
    const missed: string[] = [];
    let tried = 0;
    for (const { file, events, program, options } of recordings) {
      for (const [index, event] of events.entries()) {
        // Two events behind the unknown one, a state is entered with another name.
        const at = events.findIndex(
          ({ type, previousEventId }, other) =>
            other > index + 2 && type.endsWith('StateEntered') && previousEventId > event.id + 1,
        );
        const altered = events[at];
        if (altered === undefined || !('name' in altered) || FURTHER.test(event.type)) continue;
        tried += 1;
        const changed = events
          .with(index, unrecognised(event))
          .with(at, { ...altered, name: `${altered.name}X` } as Event);
        if (replay(program, changed, options).divergences.length === 0) {
          missed.push(`${file} #${event.id} ${event.type}, #${altered.id} ${altered.type}`);
        }
      }
    }
    expect(tried).toBeGreaterThan(100);
    expect(missed).toEqual([]);
  });

  test.each(['withheld', 'truncated'] as const)('whose payloads are %s diverges nowhere', (why) => {
    const diverging: string[] = [];
    for (const { file, events, program, options } of recordings) {
      const bare = events.map((event) => withoutPayloads(event, { known: false, why }));
      const [first] = replay(program, bare, options).divergences;
      if (first !== undefined) diverging.push(`${file} #${first.eventId} ${first.why}`);
    }
    expect(diverging).toEqual([]);
  });
});

test.skipIf(hasCorpus)('no recordings here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
