import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { createEventSplitter, type Event, normaliseHistory } from '@steptrail/history';
import { reasonOf } from './read-input.ts';
import { type RecordedHistory, readRecordedHistories } from './read-recorded-history.ts';
import { UsageError } from './usage-error.ts';

/** A history to be replayed; its events can be gone through once. */
export type HistoryToReplay = Omit<RecordedHistory, 'events' | 'rawEvents'> & {
  readonly events: Iterable<Event>;
};

/** A file of fewer bytes is read whole. */
const LARGE = 50_000_000;
const READ_AT_ONCE = 1_000_000;
const MOST_NAMED = 3;

/**
 * The history in a file that is too large to be held: what it says beside its events, and these read again one by one.
 * Undefined where the file is not large, or holds no events of a history.
 * @throws UsageError where it breaks off, or is newest first
 */
export function readLargeHistory(file: string, large = LARGE): HistoryToReplay | undefined {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < large) return undefined;
  const problems: string[] = [];
  let entries = 0;
  let last = 0;
  let falls = true;
  const splitter = createEventSplitter();
  for (const bytes of readPieces(file)) {
    for (const raw of splitter.take(bytes)) {
      const reading = normaliseHistory([raw]);
      for (const { id } of reading.events) {
        falls &&= last === 0 || id < last;
        last = id;
      }
      for (const { message } of reading.problems) {
        if (problems.length < MOST_NAMED) problems.push(message.replace(/^Entry \d+/, `Entry ${entries}`));
      }
      entries += 1;
    }
  }
  const end = splitter.end();
  if (!end.ok && entries === 0) return undefined;
  if (!end.ok) throw new UsageError(`${file}: it is no JSON; check that the file is whole.`);
  const isObject = typeof end.rest === 'object' && end.rest !== null && !Array.isArray(end.rest);
  const [recorded] = readRecordedHistories({ ...(isObject ? end.rest : {}), history: [] }) ?? [];
  if (entries === 0 || recorded === undefined) return undefined;
  if (falls && entries > 1) {
    throw new UsageError(
      `${file}: it is too large to be turned round, and newest first: fetch it without --reverse-order.`,
    );
  }
  // What the author of a case replaced in it is looked at in a list of events only.
  const { standIns: _, ...rest } = recorded;
  return { ...rest, problems, events: readEvents(file) };
}

function* readEvents(file: string): Generator<Event> {
  const splitter = createEventSplitter();
  for (const bytes of readPieces(file)) yield* normaliseHistory(splitter.take(bytes)).events;
}

function* readPieces(file: string): Generator<Uint8Array> {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}.`);
  }
  try {
    for (;;) {
      const bytes = Buffer.allocUnsafe(READ_AT_ONCE);
      const length = readSync(descriptor, bytes);
      if (length === 0) return;
      yield bytes.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}
