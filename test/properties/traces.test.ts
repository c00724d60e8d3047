import type { Event } from '@steptrail/history';
import {
  compile,
  type Pending,
  type Program,
  type ReplayOptions,
  replay,
  simulate,
} from '@steptrail/interpreter';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasCorpus, readRecordings } from '../conformance/recordings.ts';
import { UNEXPLAINED } from '../conformance/unexplained.ts';
import { EXECUTION_ARN, madeMachines, worldOf } from './machines.ts';

/*
 * What a trace says beside its divergences: what is pending wherever a history is cut, and what was counted.
 */

/** Events of the execution itself: they belong to no visit. */
const OF_THE_EXECUTION = new Set([
  'ExecutionStarted',
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionAborted',
  'ExecutionTimedOut',
  'ExecutionRedriven',
]);

const ENDS = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;

/** Cuts a history behind each of its events and says what is wrong with what is pending there. */
const checkCuts = (
  program: Program,
  events: readonly Event[],
  options: ReplayOptions,
  check?: (pending: Pending, later: readonly Event[]) => void,
): void => {
  const step = Math.max(1, Math.ceil(events.length / 60));
  for (let length = 1; length <= events.length; length += step) {
    const cut = events.slice(0, length);
    const last = cut.at(-1);
    const { pending, visits, status } = replay(program, cut, options);
    if (status !== 'RUNNING') {
      expect(pending).toEqual([]);
      continue;
    }
    expect(pending.length).toBeGreaterThan(0);
    // Each frame once: those in a state by its visit, the others by their place.
    const open = visits
      .filter(({ outcome }) => outcome === 'open')
      .map(({ enteredEventId }) => enteredEventId);
    const entered = pending.flatMap(({ enteredEventId }) => enteredEventId ?? []);
    expect(entered.toSorted((a, b) => a - b)).toEqual(open);
    expect(new Set(entered).size).toBe(entered.length);
    for (const each of pending) {
      const { since, eventId, bound, laterBounds, until } = each;
      expect(cut.find(({ id }) => id === eventId)?.timestamp).toBe(since);
      expect(since).toBeLessThanOrEqual(last?.timestamp ?? 0);
      const bounds = [bound, ...laterBounds];
      expect(bounds.filter(({ source }) => source === 'service limit')).toHaveLength(1);
      const known = bounds.flatMap(({ at }) => at ?? []);
      expect(known).toEqual(known.toSorted((a, b) => a - b));
      if (bound.source !== 'service limit') expect(until).toBe(bound.at);
      check?.(each, events.slice(length));
    }
  }
};

const ownEvents = (events: readonly Event[]): number =>
  events.filter(({ type }) => !OF_THE_EXECUTION.has(type)).length;

describe('a simulated history, wherever it is cut', () => {
  test('has one pending entry for each frame, and what it waits for comes within its bound', () => {
    fc.assert(
      fc.property(madeMachines, (made) => {
        const program = compile(made.definition);
        const events = simulate(program, made.input, worldOf(made));
        checkCuts(program, events, { executionArn: EXECUTION_ARN }, (pending, later) => {
          const { bound, eventId, waitsFor } = pending;
          const next = later.find(({ previousEventId }) => previousEventId === eventId);
          if (next === undefined || bound.at === undefined || bound.source === 'task HeartbeatSeconds')
            return;
          expect(next.timestamp).toBeLessThanOrEqual(bound.at);
          if (waitsFor === 'wait timer' && next.type === 'WaitStateExited') {
            expect(next.timestamp).toBe(bound.at);
          }
        });
      }),
      { numRuns: 40, seed: 20_261_122 },
    );
  });

  test('counts each event with one visit', () => {
    fc.assert(
      fc.property(madeMachines, (made) => {
        const program = compile(made.definition);
        const events = simulate(program, made.input, worldOf(made));
        const { visits, failure } = replay(program, events, { executionArn: EXECUTION_ARN });
        expect(visits.reduce((sum, visit) => sum + visit.events, 0)).toBe(ownEvents(events));
        const end = events.find(({ type }) => ENDS.test(type));
        const failed = end?.type === 'ExecutionFailed' || end?.type === 'ExecutionTimedOut';
        expect(failure?.reportedEventId).toBe(failed ? end.id : undefined);
      }),
      { numRuns: 100, seed: 20_261_122 },
    );
  });
});

describe.skipIf(!hasCorpus)('recordings (skipped where the corpus is absent)', () => {
  const recordings = readRecordings('recorded', 'found').filter(
    ({ file, options }) =>
      UNEXPLAINED[file] === undefined && (options.logLevel === undefined || options.logLevel === 'ALL'),
  );

  test('wherever they are cut, each frame has one pending entry', () => {
    for (const { id, definition, events, options } of recordings) {
      try {
        checkCuts(compile(definition, { type: options.type }), events, options);
      } catch (error) {
        throw new Error(id, { cause: error });
      }
    }
  });

  test('a failure is told with what the end says of it', () => {
    for (const { id, definition, events, options } of recordings) {
      const { failure } = replay(definition, events, options);
      const end = events.findLast(({ type }) => ENDS.test(type));
      if (end?.type !== 'ExecutionFailed') continue;
      expect(failure, id).toMatchObject({ reportedEventId: end.id });
      if (end.error !== undefined) expect(failure?.error, id).toBe(end.error);
      if (end.cause !== undefined) expect(failure?.cause, id).toBe(end.cause);
    }
  });

  test('each event counts with one visit', () => {
    for (const { id, definition, events, options } of recordings) {
      const trace = replay(definition, events, options);
      if (trace.divergences.length > 0) continue;
      const sum = trace.visits.reduce((total, visit) => total + visit.events, 0);
      expect(sum, id).toBe(ownEvents(events));
    }
  });
});
