import type { Chain } from './chain.ts';
import { isUnknown } from './expressions/index.ts';
import { type Frame, type Run, waitingOf } from './frame.ts';
import type { Bound, Pending } from './trace.ts';
import { jsonOf } from './value.ts';
import type { Waiting, WorkCall } from './waiting.ts';

const YEAR = 365 * 24 * 3_600_000;
const EXPRESS_LIMIT = 5 * 60_000;

/**
 * What every open frame waits for, since when, and the bounds that would end the wait: one entry for each frame, a
 * Parallel or Map before what runs inside it.
 * @param chain of the events replayed, of which there are some
 */
export const pendingOf = (run: Run, chain: Chain, firstEventId: number): readonly Pending[] => {
  if (run.ended) return [];
  const outer = boundsOfExecution(run);
  const pending: Pending[] = [];
  for (const frame of run.frames) {
    const wait = waitOf(run, frame, chain, firstEventId);
    const [bound, ...laterBounds] = inOrder([...boundsOfWait(frame, wait), ...outer]);
    if (bound === undefined) continue;
    pending.push({
      state: frame.state?.name,
      path: frame.path,
      pointer: frame.state?.pointer,
      enteredEventId: frame.state === undefined ? undefined : frame.enteredEventId,
      eventId: wait.eventId,
      waitsFor: wait.waitsFor,
      since: wait.since,
      until: bound.source === 'service limit' && run.program.type === 'STANDARD' ? undefined : bound.at,
      bound,
      laterBounds,
      resource: wait.resource,
      childExecutionArn: wait.answer === undefined ? undefined : startedExecution(wait),
      children: frame.inner?.progress(),
    });
  }
  return pending;
};

const waitOf = (run: Run, frame: Frame, chain: Chain, firstEventId: number): Waiting => {
  const { resumed } = run;
  const from = resumed?.eventId ?? 0;
  const waits = waitingOf(frame);
  // What was waited for before a redrive is not waited for any more.
  if (waits !== undefined && waits.eventId > from) return waits;
  const { inner } = frame;
  const begun = inner?.startedEventId ?? frame.head;
  const eventId = Math.max(begun, from, firstEventId);
  return {
    waitsFor:
      inner === undefined ? 'next event' : frame.state?.type === 'Map' ? 'map iterations' : 'branches',
    since: chain.timeOf(eventId) ?? run.now,
    eventId,
  };
};

/** What ends the execution, whatever it waits for. A redrive starts the machine's time-out anew, not the service's. */
const boundsOfExecution = ({ program, startedAt, resumed }: Run): readonly Bound[] => {
  const at = resumed?.at ?? startedAt;
  const longest = program.type === 'EXPRESS' ? EXPRESS_LIMIT : YEAR;
  const bounds: Bound[] = [];
  if (program.timeoutSeconds !== undefined) {
    bounds.push({
      source: 'machine TimeoutSeconds',
      at: at + program.timeoutSeconds * 1000,
      pointer: '/TimeoutSeconds',
    });
  }
  bounds.push({ source: 'service limit', at: at + longest - (resumed?.openBefore ?? 0) });
  return bounds;
};

const boundsOfWait = (frame: Frame, wait: Waiting): readonly Bound[] => {
  switch (wait.waitsFor) {
    case 'wait timer':
      return [{ source: 'wait', at: wait.until, pointer: pointerTo(frame, ...WAIT_FIELDS) }];
    case 'retry back-off':
      return [{ source: 'retry', at: wait.until, pointer: wait.pointer }];
    default:
      return wait.work?.kind === 'task' ? boundsOfCall(frame, wait.work.call) : [];
  }
};

/** The time-outs of a task count from its start, of which an activity that nobody polls has none. */
const boundsOfCall = (frame: Frame, call: WorkCall): readonly Bound[] => {
  const { startedAt, timeoutSeconds, heartbeatSeconds } = call;
  if (startedAt === undefined) return [];
  const atEnd = (seconds: number | 'unknown'): number | undefined =>
    seconds === 'unknown' ? undefined : startedAt + seconds * 1000;
  const bounds: Bound[] = [];
  if (heartbeatSeconds !== undefined) {
    bounds.push({
      source: 'task HeartbeatSeconds',
      at: atEnd(heartbeatSeconds),
      pointer: pointerTo(frame, 'HeartbeatSeconds', 'HeartbeatSecondsPath'),
    });
  }
  if (timeoutSeconds !== undefined) {
    bounds.push({
      source: 'task TimeoutSeconds',
      at: atEnd(timeoutSeconds),
      pointer: pointerTo(frame, 'TimeoutSeconds', 'TimeoutSecondsPath'),
    });
  }
  return bounds;
};

const WAIT_FIELDS = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'] as const;

/** JSON pointer of the first of these fields that the state has. */
const pointerTo = ({ state }: Frame, ...fields: readonly string[]): string | undefined => {
  if (state === undefined) return undefined;
  const field = fields.find((each) => each in state.definition);
  return field === undefined ? state.pointer : `${state.pointer}/${field}`;
};

/** Earliest first; a bound whose value nobody knows comes after those that are known, but for the service's own. */
const inOrder = (bounds: readonly Bound[]): readonly Bound[] => {
  const limit = bounds.at(-1)?.at ?? 0;
  return bounds.toSorted((a, b) => (a.at ?? limit - 1) - (b.at ?? limit - 1));
};

/** The execution that a start call answered with. */
const startedExecution = ({ work, answer }: Waiting): string | undefined => {
  if (answer === undefined || work?.kind !== 'task' || work.call.resource.resourceType !== 'states')
    return undefined;
  const json = jsonOf(answer);
  if (isUnknown(json) || typeof json !== 'object' || json === null || !('ExecutionArn' in json))
    return undefined;
  const arn = json.ExecutionArn;
  return typeof arn === 'string' ? arn : undefined;
};
