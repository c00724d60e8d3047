import { EVENT_TYPES, type Event, type LogLevel, type Payload } from '@steptrail/history';
import { type Replaying, startReplay, type Trace } from '@steptrail/interpreter';
import {
  addFailures,
  type NewExecutionLink,
  type NewSearchValue,
  type NotedMapRun,
  replaceFailures,
  type Sql,
} from '@steptrail/store';
import { type Definition, whyNotReplayed } from './definitions.ts';
import { createRecordedFailures } from './recorded-failures.ts';
import { createRecordedLinks, createRecordedMapRuns } from './recorded-links.ts';
import { createRecordedOrder, type Disorder } from './recorded-order.ts';
import { searchValuesOf } from './search-values-of.ts';

/*
 * A history of any length is gone through once, a page or a chunk at a time: none of its events is held, only what
 * follows from them.
 */

/** Whose history it is, and what it is replayed with. */
export interface ReadSubject {
  readonly executionId: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly definition: Definition | undefined;
  /** What a log received of it; undefined: a whole history. */
  readonly logLevel?: LogLevel | undefined;
}

/** What a history says, beside its replay. */
export interface ReadHistory {
  /** Events, each id once. */
  readonly events: number;
  readonly last: Event | undefined;
  /** The start as recorded; where its record is missing, the earliest time there is. Epoch milliseconds. */
  readonly startedAt: number | undefined;
  readonly redrives: number;
  readonly disorder: Disorder;
  readonly searchValues: readonly NewSearchValue[];
  readonly mapRuns: readonly NotedMapRun[];
  /** Whether it tells of a Map Run without naming it. */
  readonly hasUnnamedMapRun: boolean;
  readonly links: readonly NewExecutionLink[];
  /** Writes the failures that it records in place of what was written before. */
  readonly keepFailures: () => Promise<void>;
  /** Without one, `problem` says why. */
  readonly trace?: Trace | undefined;
  readonly problem?: string | undefined;
}

export interface HistoryReader {
  /** The next events, in order of id. False: some were not, and were passed over. */
  readonly take: (events: readonly Event[]) => Promise<boolean>;
  readonly end: () => ReadHistory;
}

/** Characters of failures that are held until they are written. */
const HELD = 1_000_000;

/** Begins to read a history. Pass the transaction that archives the events: failures may be written meanwhile. */
export function startReading(sql: Sql, subject: ReadSubject): HistoryReader {
  const { executionId, executionArn } = subject;
  const order = createRecordedOrder();
  const failures = createRecordedFailures();
  const mapRuns = createRecordedMapRuns();
  const links = createRecordedLinks(executionArn);
  const replaying = startGuardedReplay(subject);
  const stateOf = new Map<number, string>();
  let startedAt: number | undefined;
  let earliest: number | undefined;
  let input: Payload | undefined;
  let output: Payload | undefined;
  let redrives = 0;
  let isWritten = false;

  const keepFailures = async () => {
    const keep = isWritten ? addFailures : replaceFailures;
    isWritten = true;
    await keep(sql, executionId, failures.take());
  };

  const note = (event: Event): void => {
    earliest = Math.min(earliest ?? event.timestamp, event.timestamp);
    if (event.type === 'ExecutionStarted') {
      startedAt ??= event.timestamp;
      input ??= event.input;
    } else if (event.type === 'ExecutionSucceeded') output = event.output;
    else if (event.type === 'ExecutionRedriven') redrives += 1;
    const entered =
      event.type !== 'Unrecognised' && EVENT_TYPES[event.type].phase === 'Entered' && 'name' in event
        ? event.name
        : undefined;
    const state = entered ?? stateOf.get(event.previousEventId);
    if (state !== undefined) stateOf.set(event.id, state);
    failures.note(event, state);
    mapRuns.note(event, state);
    links.note(event);
  };

  return {
    take: async (events) => {
      let isInOrder = true;
      for (const event of events) {
        const placed = order.note(event);
        if (placed === 'disorder') isInOrder = false;
        if (placed !== 'next') continue;
        note(event);
        replaying.take(event);
      }
      if (failures.size() > HELD) await keepFailures();
      return isInOrder;
    },
    end: () => ({
      events: order.events(),
      last: order.last(),
      startedAt: startedAt ?? earliest,
      redrives,
      disorder: order.disorder(),
      searchValues: searchValuesOf(input, output),
      mapRuns: mapRuns.mapRuns(),
      hasUnnamedMapRun: mapRuns.hasUnnamed(),
      links: links.links(),
      keepFailures,
      ...replaying.end(),
    }),
  };
}

interface GuardedReplay {
  readonly take: Replaying['take'];
  readonly end: () => Pick<ReadHistory, 'trace' | 'problem'>;
}

/** A replay that ends with a sentence where there is no definition to replay, or where the interpreter fails. */
function startGuardedReplay(subject: ReadSubject): GuardedReplay {
  const { definition, executionArn, stateMachineArn, logLevel } = subject;
  if (definition?.program === undefined) {
    const problem =
      definition === undefined
        ? 'It was archived but not replayed, for the definition that it ran with could not be read.'
        : whyNotReplayed(definition);
    return { take: () => {}, end: () => ({ problem }) };
  }
  const { program } = definition;
  let problem: string | undefined;
  const guarded = <T>(step: () => T): T | undefined => {
    if (problem !== undefined) return undefined;
    try {
      return step();
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      problem = `It was archived but not replayed, for the interpreter failed (${what}): please report this with its definition.`;
      return undefined;
    }
  };
  const replaying = guarded(() => startReplay(program, { executionArn, stateMachineArn, logLevel }));
  return {
    take: (event) => guarded(() => replaying?.take(event)),
    end: () => {
      const trace = guarded(() => replaying?.end());
      return { trace, problem };
    },
  };
}
