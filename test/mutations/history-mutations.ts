import type { Event } from '@steptrail/history';
import { changedValues, type Json } from './json-mutations.ts';

/*
 * A recorded history with one thing changed.
 */

export interface HistoryMutation {
  readonly kind: string;
  /** The ids of the events that were changed, as they are after the change. */
  readonly at: readonly number[];
  readonly events: readonly Event[];
}

/** A mutation that is not made yet: most are only counted when a sample is drawn. */
export interface Planned<T> {
  readonly kind: string;
  readonly make: () => T;
}

const PAYLOADS = ['input', 'output', 'parameters'] as const;

const parsed = (text: unknown): Json | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const fieldsOf = (event: Event): ReadonlyMap<string, unknown> => new Map(Object.entries(event));

const withFields = (event: Event, fields: object): Event => ({ ...event, ...fields });

/** Another type that an event of the same family may have. */
const OTHER_TYPES: Readonly<Record<string, readonly Event['type'][]>> = {
  ExecutionSucceeded: ['ExecutionFailed', 'ExecutionAborted'],
  ExecutionFailed: ['ExecutionSucceeded', 'ExecutionTimedOut'],
  PassStateEntered: ['TaskStateEntered'],
  TaskStateEntered: ['PassStateEntered'],
  ChoiceStateEntered: ['PassStateEntered'],
  WaitStateEntered: ['PassStateEntered'],
  MapStateEntered: ['ParallelStateEntered'],
  ParallelStateEntered: ['MapStateEntered'],
  SucceedStateEntered: ['FailStateEntered'],
  FailStateEntered: ['SucceedStateEntered'],
  PassStateExited: ['TaskStateExited'],
  TaskStateExited: ['PassStateExited'],
  ChoiceStateExited: ['PassStateExited'],
  WaitStateExited: ['SucceedStateExited'],
  SucceedStateExited: ['PassStateExited'],
  MapStateExited: ['ParallelStateExited'],
  ParallelStateExited: ['MapStateExited'],
  TaskScheduled: ['LambdaFunctionScheduled', 'ActivityScheduled'],
  LambdaFunctionScheduled: ['TaskScheduled'],
  ActivityScheduled: ['LambdaFunctionScheduled'],
  TaskStarted: ['TaskSubmitted', 'LambdaFunctionStarted'],
  LambdaFunctionStarted: ['TaskStarted'],
  ActivityStarted: ['TaskStarted'],
  TaskSubmitted: ['TaskSucceeded'],
  TaskSucceeded: ['TaskFailed', 'TaskSubmitted'],
  TaskFailed: ['TaskTimedOut', 'TaskSucceeded'],
  TaskTimedOut: ['TaskFailed'],
  LambdaFunctionSucceeded: ['LambdaFunctionFailed'],
  LambdaFunctionFailed: ['LambdaFunctionTimedOut', 'LambdaFunctionSucceeded'],
  ActivitySucceeded: ['ActivityFailed'],
  MapRunStarted: ['MapRunSucceeded'],
  MapRunSucceeded: ['MapRunFailed'],
  MapRunFailed: ['MapRunSucceeded'],
  MapStateStarted: ['ParallelStateStarted'],
  MapStateSucceeded: ['MapStateFailed'],
  MapStateFailed: ['MapStateSucceeded'],
  ParallelStateStarted: ['MapStateStarted'],
  ParallelStateSucceeded: ['ParallelStateFailed'],
  ParallelStateFailed: ['ParallelStateSucceeded'],
  MapIterationStarted: ['MapIterationSucceeded'],
  MapIterationSucceeded: ['MapIterationFailed'],
  MapIterationFailed: ['MapIterationAborted', 'MapIterationSucceeded'],
  TaskStateAborted: ['WaitStateAborted'],
  EvaluationFailed: ['TaskFailed'],
};

const FIELDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/StateEntered$/, ['name', 'input']],
  [/StateExited$/, ['name', 'output']],
  [/^MapIteration/, ['name', 'index']],
  [/^Task(Scheduled)$/, ['resource', 'resourceType', 'region', 'parameters']],
  [/Scheduled$/, ['resource', 'input']],
  [/^TaskS(ucceeded|ubmitted)$/, ['resource', 'resourceType', 'output']],
  [/^TaskStarted$/, ['resource', 'resourceType']],
  [/^Task(Failed|TimedOut)$/, ['resource', 'resourceType', 'error', 'cause']],
  [
    /(FunctionFailed|TimedOut|ActivityFailed|MapRunFailed|ExecutionFailed|ExecutionAborted)$/,
    ['error', 'cause'],
  ],
  [/^(LambdaFunction|Activity|Execution)Succeeded$/, ['output']],
  [/^MapStateStarted$/, ['length']],
];

/** An event of another type, with the fields of that type; a payload is carried over. */
const retyped = (event: Event, type: Event['type'], names: readonly string[]): Event => {
  const fields = fieldsOf(event);
  const payload = PAYLOADS.map((field) => fields.get(field)).find((value) => value !== undefined) ?? '{}';
  const [, wanted] = FIELDS.find(([pattern]) => pattern.test(type)) ?? [undefined, []];
  const values: Record<string, unknown> = {
    ...Object.fromEntries(fields),
    name: fields.get('name') ?? names[0],
    input: payload,
    output: payload,
    parameters: payload,
    resource: fields.get('resource') ?? 'invoke',
    resourceType: fields.get('resourceType') ?? 'lambda',
  };
  const { id, previousEventId, timestamp } = event;
  const kept = Object.fromEntries(
    wanted.filter((field) => values[field] !== undefined).map((field) => [field, values[field]]),
  );
  const bare: Event = { id, previousEventId, timestamp, type: 'LambdaFunctionStarted' };
  return Object.assign(bare, kept, { type });
};

/** Removes events and closes the gap in ids and chain, as a forger would. */
const without = (events: readonly Event[], from: number, count: number): readonly Event[] => {
  const gone = events.slice(from, from + count);
  const before = gone[0]?.previousEventId ?? 0;
  const first = gone[0]?.id ?? 0;
  const last = gone.at(-1)?.id ?? 0;
  const shift = (id: number): number => (id > last ? id - count : id >= first ? before : id);
  return events
    .toSpliced(from, count)
    .map((event) => ({ ...event, id: shift(event.id), previousEventId: shift(event.previousEventId) }));
};

/** Repeats events behind themselves, with ids and chain that fit. */
const repeated = (events: readonly Event[], from: number, count: number): readonly Event[] => {
  const copied = events.slice(from, from + count);
  const first = copied[0]?.id ?? 0;
  const last = copied.at(-1)?.id ?? 0;
  const later = (id: number): number => (id >= last ? id + count : id);
  const head = events.slice(0, from + count);
  const copies = copied.map((event, index) => ({
    ...event,
    id: last + 1 + index,
    previousEventId:
      index === 0
        ? last
        : event.previousEventId >= first
          ? event.previousEventId + count
          : event.previousEventId,
  }));
  const rest = events
    .slice(from + count)
    .map((event) => ({ ...event, id: event.id + count, previousEventId: later(event.previousEventId) }));
  return [...head, ...copies, ...rest];
};

/** Two neighbours change places; ids and chain stay where they were. */
const swapped = (events: readonly Event[], index: number): readonly Event[] | undefined => {
  const [one, other] = [events[index], events[index + 1]];
  if (one === undefined || other === undefined) return undefined;
  const place = ({ id, previousEventId, timestamp }: Event) => ({ id, previousEventId, timestamp });
  return events.with(index, { ...other, ...place(one) }).with(index + 1, { ...one, ...place(other) });
};

const FAILED = /^(Task|LambdaFunction|Activity)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/;
const SCHEDULED = /^(Task|LambdaFunction|Activity)Scheduled$/;

/** The attempts of tasks that failed: index of Scheduled and number of events, where they are neighbours. */
const failedAttempts = (events: readonly Event[]): readonly { from: number; count: number }[] =>
  events.flatMap((event, index) => {
    if (!FAILED.test(event.type)) return [];
    for (let from = index - 1; from >= 0 && index - from <= 3; from -= 1) {
      const earlier = events[from];
      if (earlier === undefined || events[from + 1]?.previousEventId !== earlier.id) return [];
      if (SCHEDULED.test(earlier.type)) return [{ from, count: index - from + 1 }];
    }
    return [];
  });

const otherName = (name: string, names: readonly string[]): string =>
  names[(names.indexOf(name) + 1) % names.length] ?? name;

/** Every change of a history of which one is known that it may matter. `names` are the states of its definition. */
export function* historyMutations(
  events: readonly Event[],
  names: readonly string[],
): Generator<Planned<HistoryMutation>> {
  const plan = (
    kind: string,
    at: readonly number[],
    make: () => readonly Event[],
  ): Planned<HistoryMutation> => ({
    kind,
    make: () => ({ kind, at, events: make() }),
  });
  for (const [index, event] of events.entries()) {
    const { id } = event;
    const fields = fieldsOf(event);
    const set = (kind: string, changed: object): Planned<HistoryMutation> =>
      plan(kind, [id], () => events.with(index, withFields(event, changed)));
    for (const field of PAYLOADS) {
      const json = parsed(fields.get(field));
      if (json === undefined) continue;
      const where =
        field === 'output' && /Succeeded|Submitted/.test(event.type) && !event.type.startsWith('Execution')
          ? 'result'
          : field;
      for (const { what, value } of changedValues(json)) {
        yield set(`${where}: ${what}`, { [field]: JSON.stringify(value) });
      }
    }
    const assigned = fields.get('assignedVariables');
    if (typeof assigned === 'object' && assigned !== null && !('known' in assigned)) {
      yield set('variable: added', { assignedVariables: { ...assigned, added: '1' } });
      for (const [name, text] of Object.entries(assigned)) {
        const { [name]: _gone, ...rest } = Object.fromEntries(Object.entries(assigned));
        yield set('variable: dropped', { assignedVariables: rest });
        const json = parsed(text);
        if (json === undefined) continue;
        for (const { what, value } of changedValues(json)) {
          yield set(`variable: ${what}`, {
            assignedVariables: { ...assigned, [name]: JSON.stringify(value) },
          });
        }
      }
    }
    for (const field of ['error', 'cause'] as const) {
      const value = fields.get(field);
      if (typeof value === 'string') {
        yield set(`${field}: another`, { [field]: `${value}~` });
        yield set(`${field}: gone`, { [field]: undefined });
      } else if (/Failed$|TimedOut$/.test(event.type) && !/^(Map|Parallel)/.test(event.type)) {
        yield set(`${field}: added`, { [field]: 'Added' });
      }
    }
    const name = fields.get('name');
    if (typeof name === 'string') {
      yield set('name: unknown state', { name: `${name}~` });
      const other = otherName(name, names);
      if (other !== name) yield set('name: another state', { name: other });
    }
    for (const field of [
      'resource',
      'resourceType',
      'region',
      'taskCredentialsRoleArn',
      'location',
      'state',
    ]) {
      const value = fields.get(field);
      if (typeof value === 'string') yield set(`setting: ${field}`, { [field]: `${value}~` });
    }
    for (const field of ['timeoutInSeconds', 'heartbeatInSeconds', 'index', 'length', 'redriveCount']) {
      const value = fields.get(field);
      if (typeof value === 'number') yield set(`setting: ${field}`, { [field]: value + 1 });
      else if (field === 'timeoutInSeconds' && SCHEDULED.test(event.type))
        yield set(`setting: ${field} added`, { [field]: 17 });
    }
    for (const type of OTHER_TYPES[event.type] ?? []) {
      yield plan(`type: ${event.type} to ${type}`, [id], () =>
        events.with(index, retyped(event, type, names)),
      );
    }
    for (const previous of new Set([0, id - 2, event.previousEventId - 1, id])) {
      if (previous === event.previousEventId || previous < 0) continue;
      yield set('chain: previousEventId', { previousEventId: previous });
    }
    if (events.length === 1) continue;
    yield plan('event: dropped, gap left', [id, id + 1], () => events.toSpliced(index, 1));
    yield plan('event: dropped, closed up', [id], () => without(events, index, 1));
    yield plan('event: doubled', [id], () => events.toSpliced(index, 0, event));
    yield plan('event: doubled, renumbered', [id + 1, id + 2], () => repeated(events, index, 1));
    if (index + 1 < events.length) {
      yield plan('event: swapped with the next', [id, id + 1], () => swapped(events, index) ?? events);
    }
  }
  for (const { from, count } of failedAttempts(events)) {
    const id = events[from]?.id ?? 0;
    yield plan('attempt: dropped', [id, id + 1], () => without(events, from, count));
    yield plan('attempt: added', [id + count, id + 2 * count], () => repeated(events, from, count));
  }
}
