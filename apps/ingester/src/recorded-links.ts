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

/** Nested executions that a history names, each once, at the first event that does. */
export interface RecordedLinks {
  /** The next event, in order of id. */
  readonly note: (event: Event) => void;
  readonly links: () => readonly NewExecutionLink[];
}

export function createRecordedLinks(executionArn: string): RecordedLinks {
  const links = new Map<string, NewExecutionLink>();
  return {
    note: (event) => {
      const link = linkOf(event);
      if (link === undefined || link.otherExecutionArn === executionArn) return;
      const key = `${link.relation} ${link.otherExecutionArn}`;
      if (!links.has(key)) links.set(key, { ...link, eventId: event.id });
    },
    links: () => [...links.values()],
  };
}

/** What a Map Run is after an event; after any other it runs. */
const STATUS_AFTER: Readonly<Partial<Record<Event['type'], string>>> = {
  MapRunSucceeded: 'SUCCEEDED',
  MapRunFailed: 'FAILED',
  MapRunAborted: 'ABORTED',
};

/** Map Runs that a history names, each with what it says of it last. */
export interface RecordedMapRuns {
  /** The next event, in order of id, with the state that it belongs to. */
  readonly note: (event: Event, state: string | undefined) => void;
  readonly mapRuns: () => readonly NotedMapRun[];
  /** Whether an event told of one that it did not name. */
  readonly hasUnnamed: () => boolean;
}

export function createRecordedMapRuns(): RecordedMapRuns {
  const arnAt = new Map<number, string>();
  const runs = new Map<string, NotedMapRun>();
  let unnamed = false;
  return {
    note: (event, state) => {
      if (event.type === 'Unrecognised' || EVENT_TYPES[event.type].subject !== 'MapRun') return;
      const before = arnAt.get(event.previousEventId);
      const mapRunArn = 'mapRunArn' in event ? (event.mapRunArn ?? before) : before;
      if (mapRunArn === undefined) {
        unnamed = true;
        return;
      }
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
    },
    mapRuns: () => [...runs.values()],
    hasUnnamed: () => unnamed,
  };
}
