import {
  type AwsClients,
  AwsError,
  countHistoryEvents,
  describeStateMachine,
  type ListedExecution,
  listExecutions,
  listStateMachines,
  logGroupNameOf,
} from '@steptrail/aws';
import { hasStandardChildren } from './child-definition.ts';
import { understandDefinition } from './definitions.ts';
import { isClosed } from './history-end.ts';
import { leavesTraces } from './ingest-state-machines.ts';
import { EVENTS_A_CALL, LISTED_A_CALL, type PlannedMachine } from './plan-archive.ts';
import { type PlannedLogGroup, surveyLogGroup } from './survey-logs.ts';
import { type SampledMapRuns, sampleMapRuns } from './survey-map-runs.ts';

export interface SurveyOptions {
  /** Pages of ListExecutions that are read at most. */
  readonly lists: number;
  /** Executions whose history is measured at most. */
  readonly sample: number;
  readonly signal?: AbortSignal | undefined;
  /** Epoch milliseconds; the present unless told. */
  readonly now?: number | undefined;
  /** Told what has been looked at. */
  readonly onProgress?: ((done: { readonly lists: number; readonly histories: number }) => void) | undefined;
}

/** What was found of an account's Region without reading all of it. */
export interface Survey {
  readonly machines: readonly PlannedMachine[];
  readonly expressMachines: number;
  /** Pages of ListStateMachines. */
  readonly listCalls: number;
  /** Executions that were listed. */
  readonly listed: number;
  /** Executions whose history was measured. */
  readonly sampled: number;
  /** Executions whose Map Runs were counted. */
  readonly sampledForMapRuns: number;
  /** Log groups of Express executions. */
  readonly logGroups: readonly PlannedLogGroup[];
  /** State machines whose list was not read to its end, or not at all: what they hold is an estimate. */
  readonly estimatedMachines: number;
  /** What could not be looked at, one sentence each. */
  readonly problems: readonly string[];
}

interface Listing {
  readonly stateMachineArn: string;
  readonly pages: ReturnType<typeof listExecutions>;
  readonly rows: ListedExecution[];
  readonly hasChildren: boolean;
  state: 'going on' | 'whole' | 'failed';
}

/**
 * Looks at an account's Region as far as its bounds allow: the lists of all state machines page by page in turn, so
 * that each is begun before any is finished, and the length of some histories, spread evenly over what was listed.
 * @throws AwsError where every call would fail
 */
export async function surveyAccount(clients: AwsClients, options: SurveyOptions): Promise<Survey> {
  const { signal } = options;
  const problems: string[] = [];
  const listings: Listing[] = [];
  const logGroupNames = new Set<string>();
  let expressMachines = 0;
  let listCalls = 0;
  for await (const { items, problem } of listStateMachines(clients, signal)) {
    listCalls += 1;
    if (problem !== undefined) problems.push(problem.message);
    for (const { stateMachineArn, type = 'STANDARD' } of items) {
      const { logGroupName, hasChildren } = await lookAt(clients, stateMachineArn, type, problems, signal);
      if (logGroupName !== undefined) logGroupNames.add(logGroupName);
      if (type === 'EXPRESS') expressMachines += 1;
      else {
        const pages = listExecutions(clients, { stateMachineArn }, signal);
        listings.push({ stateMachineArn, pages, rows: [], hasChildren, state: 'going on' });
      }
    }
  }
  const lists = await readInTurn(listings, options, problems);
  const lengths = await measure(clients, listings, options, lists, problems);
  const all = [...lengths.values()].flat();
  const children = await countChildren(clients, listings, problems, signal);
  const machines = listings.map((listing) =>
    describe(listing, lengths.get(listing) ?? [], all, children.get(listing)),
  );
  const logGroups: PlannedLogGroup[] = [];
  for (const name of logGroupNames) {
    const found = await attempt(problems, () =>
      surveyLogGroup(clients, name, options.now ?? Date.now(), signal),
    );
    if (found !== undefined) logGroups.push(found);
  }
  return {
    machines: withUnseen(machines, listings),
    expressMachines,
    listCalls,
    listed: listings.reduce((sum, { rows }) => sum + rows.length, 0),
    sampled: all.length,
    sampledForMapRuns: [...children.values()].reduce((sum, { executions }) => sum + executions, 0),
    logGroups,
    estimatedMachines: listings.filter(({ state }) => state !== 'whole').length,
    problems: [...new Set(problems)],
  };
}

/** Gives what was asked for; a failure that does not concern every call becomes a problem and undefined. */
async function attempt<T>(problems: string[], run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal) throw error;
    if (!GONE.test(error.code)) problems.push(error.message);
    return undefined;
  }
}

const GONE = /DoesNotExist|ResourceNotFound/;

/** What a definition and its logging say of where else its executions leave something to be read. */
async function lookAt(
  clients: AwsClients,
  stateMachineArn: string,
  type: 'STANDARD' | 'EXPRESS',
  problems: string[],
  signal: AbortSignal | undefined,
): Promise<{ readonly logGroupName?: string | undefined; readonly hasChildren: boolean }> {
  const described = await attempt(problems, () => describeStateMachine(clients, stateMachineArn, signal));
  if (described === undefined) return { hasChildren: false };
  const definition = understandDefinition(described.definition, type);
  const { level = 'OFF', logGroupArn } = described.logging ?? {};
  const isRead = level !== 'OFF' && logGroupArn !== undefined && leavesTraces(type, definition);
  return {
    logGroupName: isRead ? logGroupNameOf(logGroupArn) : undefined,
    hasChildren: hasStandardChildren(definition.machine),
  };
}

/** Executions of a state machine whose Map Runs are counted. */
const SAMPLED_FOR_MAP_RUNS = 3;

/** What some executions of each state machine with a distributed Map have started, spread evenly over what was listed. */
async function countChildren(
  clients: AwsClients,
  listings: readonly Listing[],
  problems: string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Listing, SampledMapRuns>> {
  const sampled = new Map<Listing, SampledMapRuns>();
  for (const listing of listings.filter(({ hasChildren, rows }) => hasChildren && rows.length > 0)) {
    const { rows } = listing;
    const wanted = Math.min(rows.length, SAMPLED_FOR_MAP_RUNS);
    const picked = Array.from(
      { length: wanted },
      (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / wanted)],
    );
    const found = await attempt(problems, () =>
      sampleMapRuns(
        clients,
        picked.flatMap((row) => row ?? []),
        signal,
      ),
    );
    if (found !== undefined) sampled.set(listing, found);
  }
  return sampled;
}

/** Reads the next page of each list in turn until all are whole or the bound is reached. Gives the pages read. */
async function readInTurn(
  listings: readonly Listing[],
  { lists: most, onProgress }: SurveyOptions,
  problems: string[],
): Promise<number> {
  let lists = 0;
  let open = [...listings];
  while (open.length > 0 && lists < most) {
    for (const listing of open.slice(0, most - lists)) {
      lists += 1;
      await readNext(listing, problems);
      onProgress?.({ lists, histories: 0 });
    }
    open = open.filter(({ state }) => state === 'going on');
  }
  for (const { pages } of open) await pages.return(undefined);
  return lists;
}

/** Reads a page; one that is not full is the last as a rule, which the next step tells without asking AWS. */
async function readNext(listing: Listing, problems: string[]): Promise<void> {
  try {
    const page = await listing.pages.next();
    if (page.done) {
      listing.state = 'whole';
      return;
    }
    listing.rows.push(...page.value.items);
    if (page.value.problem !== undefined) problems.push(page.value.problem.message);
    else if (page.value.items.length < LISTED_A_CALL) {
      const after = await listing.pages.next();
      if (after.done) listing.state = 'whole';
      else listing.rows.push(...after.value.items);
    }
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal) throw error;
    problems.push(error.message);
    listing.state = 'failed';
  }
}

/** The lengths of some histories, by listing: one of each, and beyond that its share of what was listed. */
async function measure(
  clients: AwsClients,
  listings: readonly Listing[],
  { sample, signal, onProgress }: SurveyOptions,
  lists: number,
  problems: string[],
): Promise<ReadonlyMap<Listing, readonly number[]>> {
  const lengths = new Map<Listing, number[]>();
  const total = listings.reduce((sum, { rows }) => sum + rows.length, 0);
  const largest = listings
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => b.rows.length - a.rows.length)
    .slice(0, sample);
  let histories = 0;
  for (const listing of largest) {
    const { rows } = listing;
    const more = Math.floor(((sample - largest.length) * rows.length) / total);
    const wanted = Math.min(rows.length, 1 + more);
    for (let i = 0; i < wanted; i++) {
      const row = rows[Math.floor(((i + 0.5) * rows.length) / wanted)];
      if (row === undefined) continue;
      histories += 1;
      onProgress?.({ lists, histories });
      try {
        const length = await countHistoryEvents(clients, row.executionArn, signal);
        if (length !== undefined) lengths.set(listing, [...(lengths.get(listing) ?? []), length]);
      } catch (error) {
        if (!(error instanceof AwsError) || error.fatal) throw error;
        if (error.code !== 'ExecutionDoesNotExist') problems.push(error.message);
      }
    }
  }
  return lengths;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Calls that one history takes, on average. */
function callsFor(lengths: readonly number[]): number {
  return Math.max(1, mean(lengths.map((length) => Math.max(1, Math.ceil(length / EVENTS_A_CALL)))));
}

/** A machine with its sample, or the sample of all where it has none; the first call tells the length of most. */
function describe(
  { stateMachineArn, rows, state }: Listing,
  own: readonly number[],
  all: readonly number[],
  sampled: SampledMapRuns | undefined,
): PlannedMachine {
  const lengths = own.length > 0 ? own : all;
  return {
    stateMachineArn,
    stopped: rows.flatMap((row) => (isClosed(row.status) ? (row.stopDate?.getTime() ?? []) : [])),
    running: rows.filter((row) => !isClosed(row.status)).length,
    whole: state !== 'going on',
    callsAHistory: callsFor(lengths),
    eventsAHistory: mean(lengths),
    ...(sampled === undefined
      ? {}
      : {
          children: {
            mapRunsAnExecution: sampled.mapRuns / sampled.executions,
            anExecution: sampled.children / sampled.executions,
            callsAHistory: callsFor(sampled.lengths),
            eventsAHistory: mean(sampled.lengths),
          },
        }),
  };
}

/** Machines whose list was not begun are taken to be like those that were, in turn. */
function withUnseen(
  machines: readonly PlannedMachine[],
  listings: readonly Listing[],
): readonly PlannedMachine[] {
  const seen = machines.filter((_, i) => {
    const listing = listings[i];
    return listing !== undefined && (listing.rows.length > 0 || listing.state !== 'going on');
  });
  let next = 0;
  return machines.map((machine) => {
    if (seen.length === 0 || seen.includes(machine)) return machine;
    const like = seen[next++ % seen.length];
    return like === undefined ? machine : { ...like, stateMachineArn: machine.stateMachineArn };
  });
}
