import type { Divergence, Pending, Trace, Visit } from '@steptrail/interpreter';

/** How many lines of a kind are shown before the rest is only counted. */
const SHOWN = 20;

function limited<T>(rows: readonly T[], describe: (row: T) => string, noun: string): string[] {
  const lines = rows.slice(0, SHOWN).map(describe);
  if (rows.length > SHOWN) lines.push(`… and ${rows.length - SHOWN} more ${noun}`);
  return lines.map((line) => `    ${line}`);
}

function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${(ms / 3_600_000).toFixed(1)} h`;
  return `${(ms / 86_400_000).toFixed(1)} days`;
}

function describeVisit(visit: Visit): string {
  const place = visit.path === '' ? visit.state : `${visit.path} ${visit.state}`;
  const time = visit.exited === undefined ? 'open' : duration(visit.exited - visit.entered);
  const retries = visit.attempts > 1 ? `, ${visit.attempts} attempts` : '';
  const error = visit.error === undefined ? '' : `, ${visit.error}`;
  return `#${visit.enteredEventId} ${place} (${visit.stateType}): ${visit.outcome}, ${time}${retries}${error}`;
}

function describeDivergence({ eventId, state, expected, recorded, why }: Divergence): string {
  const place = state === undefined ? '' : ` in ${state}`;
  return `event ${eventId}${place}: ${why}\n      expected ${expected}\n      recorded ${recorded}`;
}

function describePending({ state, waitsFor, since, until, bound }: Pending): string {
  const end =
    until === undefined
      ? 'nothing that anybody chose bounds it'
      : `until ${new Date(until).toISOString()} (${bound.source})`;
  return `${state ?? 'the execution'} waits for ${waitsFor} since ${new Date(since).toISOString()}, ${end}`;
}

function describeVerdict(trace: Trace): string {
  if (trace.divergences.length > 0) {
    return `NOT explained by the definition: ${trace.divergences.length} divergences, ${trace.agrees} comparisons agree`;
  }
  const unsure = trace.unverifiable.length;
  return unsure === 0
    ? `explained by the definition: all ${trace.agrees} comparisons agree`
    : `explained by the definition as far as can be known: ${trace.agrees} comparisons agree, ${unsure} cannot be made`;
}

/** What a trace says, for a tired person: the verdict first, then what disagreed, what is awaited, the path taken. */
export function describeTrace(trace: Trace): string {
  const time =
    trace.started === undefined || trace.stopped === undefined
      ? ''
      : `, ${duration(trace.stopped - trace.started)}`;
  const lines = [`  ${trace.status}, ${trace.events} events${time}; ${describeVerdict(trace)}`];
  if (trace.failure !== undefined) {
    const { state, error, eventId } = trace.failure;
    lines.push(
      `  failed at event ${eventId}${state === undefined ? '' : ` in ${state}`}: ${error ?? 'no error name'}`,
    );
  }
  if (trace.divergences.length > 0) {
    lines.push('  what disagrees', ...limited(trace.divergences, describeDivergence, 'divergences'));
  }
  if (trace.pending.length > 0) {
    lines.push('  what is awaited', ...limited(trace.pending, describePending, 'open states'));
  }
  const reasons = new Map<string, number>();
  for (const { reason } of trace.unverifiable) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  if (reasons.size > 0) {
    lines.push(
      '  what cannot be verified',
      ...limited([...reasons], ([reason, n]) => `${n} × ${reason}`, 'reasons'),
    );
  }
  if (trace.visits.length > 0) lines.push('  path taken', ...limited(trace.visits, describeVisit, 'visits'));
  return lines.join('\n');
}
