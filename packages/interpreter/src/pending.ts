import type { Frame, Run } from './frame.ts';
import type { Bound, Pending } from './trace.ts';

const YEAR = 365 * 24 * 3_600_000;
const EXPRESS_LIMIT = 5 * 60_000;

/** What every open frame waits for, since when, and the earliest bound that would end the wait. */
export const pendingOf = (run: Run): readonly Pending[] => {
  if (run.ended) return [];
  const limit = run.startedAt + (run.program.type === 'EXPRESS' ? EXPRESS_LIMIT : YEAR);
  const { timeoutSeconds } = run.program;
  const machine = timeoutSeconds === undefined ? undefined : run.startedAt + timeoutSeconds * 1000;
  const pending: Pending[] = [];
  for (const frame of run.frames) {
    // A Parallel or Map waits for what runs inside it.
    if (frame.inner !== undefined && frame.inner.children.size > 0) continue;
    pending.push(pendingFrame(frame, machine, limit, run.startedAt));
  }
  return pending;
};

const pendingFrame = (
  frame: Frame,
  machine: number | undefined,
  serviceLimit: number,
  started: number,
): Pending => {
  const { waits } = frame.stance;
  const at = {
    state: frame.state?.name,
    path: frame.path,
    pointer: frame.state?.pointer,
    enteredEventId: frame.state === undefined ? undefined : frame.enteredEventId,
  };
  const own = waits?.until;
  let bound: Bound = { source: 'service limit', serviceLimit };
  let until: number | undefined;
  if (waits !== undefined && own !== undefined && (machine === undefined || own <= machine)) {
    bound = { source: waits.source ?? 'none', pointer: waits.pointer, serviceLimit };
    until = own;
  } else if (machine !== undefined) {
    bound = { source: 'machine TimeoutSeconds', pointer: '/TimeoutSeconds', serviceLimit };
    until = machine;
  }
  return {
    ...at,
    eventId: waits?.eventId ?? frame.head,
    waitsFor: waits?.waitsFor ?? 'next event',
    since: waits?.since ?? (frame.enteredAt || started),
    until,
    bound,
    resource: waits?.resource,
  };
};
