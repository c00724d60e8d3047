import { type Event, type LogLevel, leastLogLevel } from '@steptrail/history';
import { replay } from '@steptrail/interpreter';
import { type DefinitionAssumed, listVersions, type SightingRow, type Sql } from '@steptrail/store';
import { labelOf, mapOf, resolveChild } from './child-definition.ts';
import { type Definition, loadDefinition } from './definitions.ts';

/** What of a log is kept at each level is kept at those above it too. */
const RANK: Readonly<Record<LogLevel, number>> = { FATAL: 0, ERROR: 1, ALL: 2 };

/** With which definition an Express execution ran, and at which level it was logged. */
export interface RanWith {
  /** Undefined where there is none to be had. */
  readonly definition: Definition | undefined;
  readonly revisionId?: string | undefined;
  readonly assumed?: DefinitionAssumed | undefined;
  readonly logLevel: LogLevel;
}

/** An update takes effect within seconds: so long after it was seen first, the one before may still have been used. */
const SETTLING = 60_000;

interface Candidates {
  readonly sightings: readonly SightingRow[];
  /** Whether it ran with one of these for certain. */
  readonly isObserved: boolean;
}

/** What a state machine may have been at an instant, by what it was at each look. */
export function candidatesAt(sightings: readonly SightingRow[], at: Date): Candidates {
  const index = sightings.findLastIndex((one) => one.firstSeenAt <= at);
  const seen = sightings[index];
  const next = sightings[index + 1];
  const between = [seen, next].flatMap((one) => one ?? []);
  // A state machine that was never updated has no revision id: it was that before, too.
  if (seen === undefined) return { sightings: between, isObserved: next?.revisionId === '' };
  if (at > seen.lastSeenAt) return { sightings: between, isObserved: next !== undefined };
  const before = sightings[index - 1];
  const isSettled = at.getTime() >= seen.firstSeenAt.getTime() + SETTLING;
  return { sightings: [before, seen].slice(isSettled ? 1 : 0).flatMap((one) => one ?? []), isObserved: true };
}

/** The least verbose level there can have been that lets all of these events through. */
function levelOf({ sightings }: Candidates, events: readonly Event[]): LogLevel {
  const least = leastLogLevel(events);
  const configured = sightings.flatMap(({ logLevel }) =>
    logLevel === 'ALL' || logLevel === 'ERROR' || logLevel === 'FATAL' ? logLevel : [],
  );
  const possible = configured.filter((level) => RANK[level] >= RANK[least]);
  return possible.toSorted((a, b) => RANK[a] - RANK[b])[0] ?? least;
}

/**
 * With what an Express execution ran: a Map Run's child with its parent's, else the version that its start names, else what its state machine was then. Where it
 * was updated between two looks, that which explains the execution best, said to be an assumption. The same for the
 * same events, in whatever order they came.
 * @param events in the order of their ids
 */
export async function findRanWith(
  sql: Sql,
  execution: {
    readonly executionArn: string;
    readonly stateMachineArn: string;
    readonly startDate: Date;
    /** Of a child execution, where it is known. */
    readonly mapRunArn?: string | undefined;
  },
  sightings: readonly SightingRow[],
  events: readonly Event[],
): Promise<RanWith> {
  const { executionArn, stateMachineArn, startDate, mapRunArn } = execution;
  const candidates = candidatesAt(sightings, startDate);
  const logLevel = levelOf(candidates, events);
  const { revision, assumed } = await resolveChild(sql, executionArn, mapRunArn);
  if (revision !== undefined) return { ...revision, assumed, logLevel };
  const version = await findVersion(sql, stateMachineArn, events);
  if (version?.definitionSha256 != null) {
    const definition = await load(sql, executionArn, version.definitionSha256);
    if (definition !== undefined) {
      return { definition, revisionId: version.revisionId ?? undefined, logLevel };
    }
  }
  const ran: RanWith[] = [];
  const revisions = new Map(candidates.sightings.map((one) => [one.revisionId, one]));
  for (const { definitionSha256, revisionId } of revisions.values()) {
    const definition = await load(sql, executionArn, definitionSha256);
    if (definition !== undefined) ran.push({ definition, revisionId, logLevel });
  }
  const isCertain = candidates.isObserved && revisions.size === 1;
  const best = ran.length > 1 ? bestOf(ran, execution, events) : ran[0];
  if (best === undefined) return { definition: undefined, logLevel };
  return isCertain ? best : { ...best, assumed: 'unobserved' };
}

async function findVersion(sql: Sql, stateMachineArn: string, events: readonly Event[]) {
  const started = events.find((event) => event.type === 'ExecutionStarted');
  const arn = started?.stateMachineVersionArn;
  if (arn === undefined) return undefined;
  return (await listVersions(sql, stateMachineArn)).find((row) => row.stateMachineVersionArn === arn);
}

/** Of a Map Run's child execution, the Map's processor. */
async function load(sql: Sql, executionArn: string, sha256: string): Promise<Definition | undefined> {
  const label = labelOf(executionArn);
  if (label === undefined) return loadDefinition(sql, sha256, 'EXPRESS');
  const whole = await loadDefinition(sql, sha256, 'STANDARD');
  const state = mapOf(whole?.machine, label);
  return state === undefined ? undefined : loadDefinition(sql, sha256, 'STANDARD', state);
}

/** The later of those that explain most. */
function bestOf(
  ran: readonly RanWith[],
  { executionArn, stateMachineArn }: { readonly executionArn: string; readonly stateMachineArn: string },
  events: readonly Event[],
): RanWith | undefined {
  let best: { readonly one: RanWith; readonly divergences: number } | undefined;
  for (const one of ran) {
    const program = one.definition?.program;
    const { logLevel } = one;
    const divergences =
      program === undefined
        ? Number.POSITIVE_INFINITY
        : replay(program, events, { executionArn, stateMachineArn, logLevel }).divergences.length;
    if (best === undefined || divergences <= best.divergences) best = { one, divergences };
  }
  return best?.one;
}
