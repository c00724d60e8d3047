import type { Event } from '@steptrail/history';
import { compile, replay } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { hasCorpus, type Recording, readRecordings } from '../conformance/recordings.ts';
import { UNEXPLAINED } from '../conformance/unexplained.ts';

/*
 * Recordings with one thing changed: replay must notice. What it cannot notice is said here, with the reason.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Another value of the same shape: one leaf differs. */
const alter = (value: Json): Json => {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'boolean') return !value;
  if (value === null) return 1;
  if (Array.isArray(value)) return value.length === 0 ? [1] : [alter(value[0]), ...value.slice(1)];
  const [first] = Object.entries(value);
  return first === undefined ? { added: 1 } : { ...value, [first[0]]: alter(first[1]) };
};

const alterText = (text: unknown): string | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.stringify(alter(JSON.parse(text)));
  } catch {
    return undefined;
  }
};

/** Sets a field of one event; undefined where the event has no such field. */
const withField = (
  events: readonly Event[],
  index: number,
  field: string,
  change: (value: unknown) => unknown,
): readonly Event[] | undefined => {
  const event = events[index];
  if (event === undefined) return undefined;
  const fields = new Map<string, unknown>(Object.entries(event));
  const value = fields.get(field);
  const changed = value === undefined ? undefined : change(value);
  if (changed === undefined) return undefined;
  return events.with(index, { ...event, [field]: changed });
};

const renamed = (value: unknown): unknown => (typeof value === 'string' ? `${value}X` : undefined);
const raised = (value: unknown): unknown => (typeof value === 'number' ? value + 1 : undefined);

/** Removes an event and closes the gap in ids and chain, as a forger would. */
const withoutTrace = (events: readonly Event[], index: number): readonly Event[] => {
  const gone = events[index];
  if (gone === undefined) return events;
  const shift = (id: number): number => (id > gone.id ? id - 1 : id);
  return events.toSpliced(index, 1).map((event) => ({
    ...event,
    id: shift(event.id),
    previousEventId: event.previousEventId === gone.id ? gone.previousEventId : shift(event.previousEventId),
  }));
};

interface Alteration {
  readonly name: string;
  readonly alter: (events: readonly Event[], index: number) => readonly Event[] | undefined;
  /** Events whose change nothing can show, and why. */
  readonly invisible?: (events: readonly Event[], index: number, recording: Recording) => boolean;
}

const typeAt = (events: readonly Event[], index: number): string => events[index]?.type ?? '';

const ANSWERS = /^(TaskSubmitted|TaskSucceeded|LambdaFunctionSucceeded|ActivitySucceeded)$/;

const ALTERATIONS: readonly Alteration[] = [
  {
    name: 'another value in an input',
    alter: (events, index) => withField(events, index, 'input', alterText),
    // Nothing came after the start of an execution that is still open.
    invisible: (events, index) => index === events.length - 1,
  },
  {
    name: 'another value in an output',
    alter: (events, index) => withField(events, index, 'output', alterText),
    // What a task answers is the record's alone where nothing of it goes into an output.
    invisible: (events, index) => ANSWERS.test(typeAt(events, index)),
  },
  {
    name: 'another value in the parameters of a task',
    alter: (events, index) => withField(events, index, 'parameters', alterText),
  },
  { name: 'another name of a state', alter: (events, index) => withField(events, index, 'name', renamed) },
  { name: 'another resource', alter: (events, index) => withField(events, index, 'resource', renamed) },
  { name: 'another service', alter: (events, index) => withField(events, index, 'resourceType', renamed) },
  {
    name: 'another time-out',
    alter: (events, index) => withField(events, index, 'timeoutInSeconds', raised),
  },
  {
    name: 'another heartbeat',
    alter: (events, index) => withField(events, index, 'heartbeatInSeconds', raised),
  },
  {
    name: 'another index of an iteration',
    alter: (events, index) => withField(events, index, 'index', raised),
  },
  {
    name: 'another error of the execution',
    alter: (events, index) =>
      typeAt(events, index) === 'ExecutionFailed' ? withField(events, index, 'error', renamed) : undefined,
  },
  {
    name: 'an event dropped',
    alter: (events, index) => events.toSpliced(index, 1),
    // A history may end anywhere: it is open then.
    invisible: (events, index) => index === events.length - 1,
  },
  {
    name: 'an event dropped and the ids closed up',
    alter: withoutTrace,
    invisible: (events, index) =>
      index === events.length - 1 ||
      // A start call that fails is recorded without TaskSubmitted; whether markers of a cut must be there and
      // whether a task that timed out had started is not settled by recordings.
      /^(TaskSubmitted|TaskStarted|LambdaFunctionStarted)$/.test(typeAt(events, index)) ||
      /Aborted$/.test(typeAt(events, index)) ||
      typeAt(events, index + 1) === 'ExecutionAborted',
  },
  {
    name: 'an event doubled',
    alter: (events, index) => events.toSpliced(index, 0, ...events.slice(index, index + 1)),
  },
  {
    name: 'an event that points elsewhere',
    alter: (events, index) =>
      withField(events, index, 'previousEventId', (id) => (id === 0 ? events.length + 1 : Number(id) - 1)),
    invisible: (events, index) =>
      // Older recordings point to MapRunSucceeded, newer ones to MapRunStarted: both are AWS's.
      typeAt(events, index) === 'MapStateExited' ||
      // Beside a sibling that did the same work, another branch is as good.
      events.some((event) => event.type === 'ParallelStateStarted'),
  },
];

describe.skipIf(!hasCorpus)('a recording of AWS', () => {
  const recordings = hasCorpus
    ? readRecordings('recorded', 'found').filter(
        ({ file, options }) => UNEXPLAINED[file] === undefined && (options.logLevel ?? 'ALL') === 'ALL',
      )
    : [];

  test.each(ALTERATIONS)('with $name diverges', (alteration) => {
    const missed: string[] = [];
    let tried = 0;
    for (const recording of recordings) {
      const program = compile(recording.definition, recording.options);
      recording.events.forEach((event, index) => {
        const events = alteration.alter(recording.events, index);
        if (events === undefined || alteration.invisible?.(recording.events, index, recording) === true)
          return;
        tried += 1;
        const { divergences } = replay(program, events, recording.options);
        if (divergences.length === 0) missed.push(`${recording.file} #${event.id} ${event.type}`);
      });
    }
    expect(tried).toBeGreaterThan(0);
    expect(missed).toEqual([]);
  });
});

test.skipIf(hasCorpus)('no recordings here: set STEPTRAIL_CORPUS to the folder that holds them', () => {});
