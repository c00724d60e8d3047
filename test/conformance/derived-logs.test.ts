import { EVENT_TYPES, type Event } from '@steptrail/history';
import { compile, replay } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { judgeRecordings } from './judge.ts';
import { hasCorpus } from './recordings.ts';

/*
 * Recorded histories as their logs would have held them: at every level, with and without execution data, in any
 * order, doubled, and with records lost. None of that is a reason to disagree.
 */

const RANK = { ALL: 0, ERROR: 1, FATAL: 2 };

type Level = keyof typeof RANK;

const atLevel = (events: readonly Event[], level: Level): readonly Event[] =>
  events.filter(({ type }) => RANK[type === 'Unrecognised' ? 'ALL' : EVENT_TYPES[type].log] >= RANK[level]);

const DATA: ReadonlySet<string> = new Set(['input', 'output', 'parameters']);

const withoutData = (event: Event): Event =>
  Object.assign(
    { ...event },
    Object.fromEntries(
      Object.entries(event)
        .filter(([key, value]) => DATA.has(key) && value !== undefined)
        .map(([key]) => [key, { known: false, why: 'withheld' }]),
    ),
    'assignedVariables' in event ? { assignedVariables: undefined } : {},
  );

/** Numbers below 1 that look random and are always the same. */
const numbers = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return seed / 0x80000000;
};

describe.skipIf(!hasCorpus)('a recorded history, as its log would have been', () => {
  const cases = judgeRecordings()
    .filter(({ recording, verdict }) => recording.kind === 'history' && verdict !== 'diverging')
    .map(({ recording }) => ({ ...recording, program: compile(recording.definition, recording.options) }));

  const diverging = (
    view: (events: readonly Event[], next: () => number) => readonly Event[],
    level: Level,
  ): readonly string[] =>
    cases.flatMap(({ file, events, program, options }, index) => {
      const seen = view(events, numbers(index + 1));
      const trace = replay(program, seen, { ...options, logged: true, logLevel: level });
      const [first] = trace.divergences;
      return first === undefined ? [] : [`${file} #${first.eventId} ${first.why} ${first.expected}`];
    });

  test.each(['ALL', 'ERROR', 'FATAL'] as const)('at level %s diverges nowhere', (level) => {
    expect(diverging((events) => atLevel(events, level), level)).toEqual([]);
  });

  test.each(['ALL', 'ERROR', 'FATAL'] as const)('at level %s without data diverges nowhere', (level) => {
    expect(diverging((events) => atLevel(events, level).map(withoutData), level)).toEqual([]);
  });

  test('shuffled and doubled says the same as in order', () => {
    for (const { file, events, program, options } of cases) {
      const next = numbers(events.length);
      const mixed = [...events, ...events.filter(() => next() < 0.3)]
        .map((event) => ({ event, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ event }) => structuredClone(event));
      const { divergences, unverifiable, status } = replay(program, mixed, { ...options, logged: true });
      expect(divergences, file).toEqual([]);
      const whole = replay(program, events, options);
      expect({ unverifiable, status }, file).toEqual({
        unverifiable: whole.unverifiable,
        status: whole.status,
      });
    }
  });

  test.each([0.05, 0.2, 0.5, 0.8])('of which a share of %d is lost diverges nowhere', (share) => {
    expect(diverging((events, next) => events.filter(() => next() >= share), 'ALL')).toEqual([]);
  });

  test('of which one record is lost diverges nowhere', () => {
    const told: string[] = [];
    for (const { file, events, program, options } of cases) {
      for (const [index, event] of events.entries()) {
        const left = events.toSpliced(index, 1);
        const { divergences } = replay(program, left, { ...options, logged: true });
        const [first] = divergences;
        if (first !== undefined)
          told.push(
            `${file} without #${event.id} ${event.type}: #${first.eventId} ${first.why} expected ${first.expected}, recorded ${first.recorded}`,
          );
      }
    }
    expect(told).toEqual([]);
  });
});

test.skipIf(hasCorpus)('no recordings here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
