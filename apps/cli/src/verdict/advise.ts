import type { Divergence, Pending, Trace } from '@steptrail/interpreter';

/** What to do next about an execution, one sentence each; empty where there is nothing to do. */
export function advise(trace: Trace, now: number): string[] {
  const [first] = trace.divergences;
  return [
    ...(first === undefined ? [] : [adviseOnDivergence(first, trace.divergences)]),
    ...new Set(trace.pending.flatMap((pending) => adviseOnWait(pending, now) ?? [])),
  ].slice(0, 4);
}

function adviseOnDivergence(first: Divergence, all: readonly Divergence[]): string {
  if (all.some(({ kind }) => kind === 'definition')) {
    return 'It ran another definition: name the revision of that time with --definition FILE.';
  }
  if (first.kind === 'order' || first.kind === 'chain') {
    return 'The history is not as AWS wrote it: fetch it again with `aws stepfunctions get-execution-history`.';
  }
  return `Look at event ${first.eventId} first: what comes after may follow from it. Make sure that this is the definition that ran (--definition FILE names another).`;
}

function adviseOnWait({ waitsFor, bound, until, pointer, state }: Pending, now: number): string | undefined {
  if (until !== undefined && bound.source !== 'task HeartbeatSeconds') {
    return until < now
      ? 'A bound has passed since this history was fetched: fetch it again to see how it went on.'
      : undefined;
  }
  if (bound.source !== 'service limit') return undefined;
  const at = pointer ?? state ?? 'the state';
  switch (waitsFor) {
    case 'callback token':
      return `If the answer is known, send it with the task token (SendTaskSuccess or SendTaskFailure); else stop the execution. Then set TimeoutSeconds or HeartbeatSeconds at ${at}.`;
    case 'activity worker':
      return `Start a worker that polls this activity. TimeoutSeconds at ${at} counts only once a worker has it.`;
    case 'activity result':
      return `See whether the worker is alive, and set HeartbeatSeconds at ${at}.`;
    case 'job completion':
    case 'child execution':
    case 'task result':
      return `See what became of what ${state ?? 'it'} called, and set TimeoutSeconds at ${at}.`;
    case 'map run':
      return 'See what its map run waits for: `aws stepfunctions describe-map-run`.';
    case 'branches':
    case 'map iterations':
    case 'wait timer':
    case 'retry back-off':
    case 'next event':
      return undefined;
  }
}
