import { EVENT_TYPES, type Event, isKnown, type Payload, parseStatesArn } from '@steptrail/history';
import type { NewExecutionLink, NotedMapRun } from '@steptrail/store';

/** What AWS's console and the documentation's examples call the member that names who started an execution. */
const STARTED_BY = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';
/** What an answer or a failure holds of the execution that a task started. */
const STARTED = 'ExecutionArn';

/** Services whose tasks start executions, by their `resourceType`. */
const STARTS: ReadonlySet<string> = new Set(['states', 'aws-sdk:sfn']);

/** A text member of a JSON object that is the ARN of an execution. */
function executionArnIn(text: string | undefined, member: string): string | undefined {
  // Parsing costs more than looking.
  if (text === undefined || !text.includes(member)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const given: unknown = Object.entries(value).find(([name]) => name === member)?.[1];
  if (typeof given !== 'string') return undefined;
  const kind = parseStatesArn(given)?.kind;
  return kind === 'execution' || kind === 'express' ? given : undefined;
}

function textOf(payload: Payload): string | undefined {
  return isKnown(payload) ? payload : undefined;
}

/** The execution that an event says was started, or that it was started by. */
function linkOf(event: Event): Omit<NewExecutionLink, 'eventId'> | undefined {
  switch (event.type) {
    case 'ExecutionStarted': {
      const arn = executionArnIn(textOf(event.input), STARTED_BY);
      return arn === undefined ? undefined : { relation: 'parent', otherExecutionArn: arn };
    }
    case 'TaskSubmitted':
    case 'TaskSucceeded':
    case 'TaskFailed': {
      if (!STARTS.has(event.resourceType) || !/^start(Sync)?Execution/.test(event.resource)) return undefined;
      const text = 'output' in event ? textOf(event.output) : event.cause;
      const arn = executionArnIn(text, STARTED);
      return arn === undefined ? undefined : { relation: 'child', otherExecutionArn: arn };
    }
    default:
      return undefined;
  }
}

/** Nested executions that a history names, each once, at the first event that does. Events are in order of id. */
export function linksOf(events: readonly Event[], executionArn: string): readonly NewExecutionLink[] {
  const links = new Map<string, NewExecutionLink>();
  for (const event of events) {
    const link = linkOf(event);
    if (link === undefined || link.otherExecutionArn === executionArn) continue;
    const key = `${link.relation} ${link.otherExecutionArn}`;
    if (!links.has(key)) links.set(key, { ...link, eventId: event.id });
  }
  return [...links.values()];
}

/** What a Map Run is after an event; after any other it runs. */
const STATUS_AFTER: Readonly<Partial<Record<Event['type'], string>>> = {
  MapRunSucceeded: 'SUCCEEDED',
  MapRunFailed: 'FAILED',
  MapRunAborted: 'ABORTED',
};

/** Map Runs that a history names, each with what it says of it last. Events are in order of id. */
export function mapRunsOf(events: readonly Event[]): readonly NotedMapRun[] {
  if (!events.some((event) => event.type.startsWith('MapRun'))) return [];
  const stateOf = new Map<number, string>();
  const arnAt = new Map<number, string>();
  const runs = new Map<string, NotedMapRun>();
  for (const event of events) {
    if (event.type === 'Unrecognised') continue;
    const { subject, phase } = EVENT_TYPES[event.type];
    const entered = phase === 'Entered' && 'name' in event ? event.name : undefined;
    const state = entered ?? stateOf.get(event.previousEventId);
    if (state !== undefined) stateOf.set(event.id, state);
    if (subject !== 'MapRun') continue;
    const before = arnAt.get(event.previousEventId);
    const mapRunArn = 'mapRunArn' in event ? (event.mapRunArn ?? before) : before;
    if (mapRunArn === undefined) continue;
    arnAt.set(event.id, mapRunArn);
    const known = runs.get(mapRunArn);
    const status = STATUS_AFTER[event.type] ?? 'RUNNING';
    const at = new Date(event.timestamp);
    runs.set(mapRunArn, {
      mapRunArn,
      state: known?.state ?? state,
      startedEventId: known?.startedEventId ?? event.id,
      lastEventId: event.id,
      status,
      startDate: known?.startDate ?? at,
      stopDate: status === 'RUNNING' ? undefined : at,
    });
  }
  return [...runs.values()];
}
