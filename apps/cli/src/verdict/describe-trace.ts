import { styleText } from 'node:util';
import type { Divergence, Taken, Trace, Unverifiable } from '@steptrail/interpreter';
import { advise } from './advise.ts';
import { describePath } from './describe-path.ts';
import { describePending } from './describe-pending.ts';
import { atMost, count, duration, number, shorten, WIDTH, wrap } from './layout.ts';

const MOST_DIVERGENCES = 10;
const MOST_REASONS = 8;
const MOST_TAKEN = 10;
const MOST_COSTS = 5;
const EVENTS_TOLD = 5;
/** Below this nobody needs to know of a payload. */
const LARGE_BYTES = 100 * 1024;

export interface Style {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly colour: boolean;
}

type Paint = (format: 'bold' | 'red' | 'green' | 'yellow', text: string) => string;

/**
 * What a trace says, for a tired person, in 80 columns: the verdict first, then the path taken, what disagreed and
 * why, what could not be compared, what is pending and until when, and what to do next.
 */
export function describeTrace(name: string, trace: Trace, style: Style): string {
  const paint: Paint = (format, text) =>
    style.colour ? styleText(format, text, { validateStream: false }) : text;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [paint('bold', title), ...lines];
  return [
    ...heading(name, trace, style.now, paint),
    ...section('Failed', describeFailure(trace)),
    ...section('Path', describePath(trace.visits)),
    ...section('Retried and caught', describeTaken(trace.taken)),
    ...section(`Disagrees (${number(trace.divergences.length)})`, describeDivergences(trace.divergences)),
    ...section('Not verifiable', describeUnverifiable(trace.unverifiable)),
    ...section('Pending', describePending(trace.pending, style.now)),
    ...section('Costs', describeCosts(trace)),
    ...section(
      'Next',
      advise(trace, style.now).flatMap((sentence) => wrap(sentence, '  ')),
    ),
  ].join('\n');
}

function heading(name: string, trace: Trace, now: number, paint: Paint): string[] {
  const words = `${trace.status} ${timeWords(trace, now)}${count(trace.events, 'event')}, ${verdictWords(trace)}`;
  const format = trace.divergences.length > 0 ? 'red' : trace.unverifiable.length > 0 ? 'yellow' : 'green';
  const oneLine = `${name}: ${words}`;
  if (oneLine.length <= WIDTH) return [`${paint('bold', `${name}:`)} ${paint(format, words)}`];
  return [paint('bold', `${name}:`), ...wrap(words, '  ').map((line) => paint(format, line))];
}

function timeWords({ started, stopped, status }: Trace, now: number): string {
  if (started === undefined) return 'with ';
  if (stopped !== undefined) return `after ${duration(stopped - started)}, `;
  return status === 'RUNNING' ? `for ${duration(now - started)}, ` : 'with ';
}

function verdictWords({ divergences, unverifiable, events }: Trace): string {
  if (divergences.length > 0) return `NOT explained: ${count(divergences.length, 'disagreement')}`;
  if (events === 0) return 'nothing to explain';
  const unsure = new Set(unverifiable.map(({ eventId }) => eventId)).size;
  return unsure === 0
    ? 'all explained by the definition'
    : `explained but for ${number(unsure)} that cannot be verified`;
}

function describeFailure({ failure }: Trace): string[] {
  if (failure === undefined) return [];
  const { state, error, cause, eventId } = failure;
  return [
    ...wrap(
      `${error ?? 'without an error name'}${state === undefined ? '' : ` in ${state}`} (event ${eventId})`,
      '  ',
      '    ',
    ),
    ...(cause === undefined ? [] : wrap(shorten(cause, 3 * (WIDTH - 4)), '    ')),
  ];
}

function describeTaken(taken: readonly Taken[]): string[] {
  const remedies = taken.filter(({ kind }) => kind !== 'choice');
  const [shown, more] = atMost(remedies, MOST_TAKEN, 'retriers and catchers');
  return [
    ...shown.flatMap(({ kind, state, index, times, errors, firstEventId, lastEventId }) => {
      const field = kind === 'retrier' ? `Retry[${index}]` : `Catch[${index}]`;
      const often = times === 1 ? 'once' : `${number(times)} times`;
      const after = errors.length === 0 ? '' : ` after ${errors.join(', ')}`;
      const where =
        firstEventId === lastEventId
          ? `entered at event ${firstEventId}`
          : `entered at events ${firstEventId} to ${lastEventId}`;
      return wrap(`${state}: ${field} ${often}${after} (${where})`, '  ', '    ');
    }),
    ...more,
  ];
}

/** The same disagreement at several events, as with every retry of a task, is told once. */
function describeDivergences(divergences: readonly Divergence[]): string[] {
  const groups = new Map<string, { readonly first: Divergence; readonly events: number[] }>();
  for (const each of divergences) {
    const key = JSON.stringify([each.state, each.why, each.expected, each.recorded]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: each, events: [each.eventId] });
    else group.events.push(each.eventId);
  }
  const [shown, more] = atMost([...groups.values()], MOST_DIVERGENCES, 'disagreements');
  return [
    ...shown.flatMap(({ first: { state, expected, recorded, why }, events }) => [
      ...wrap(`${eventWords(events)}${state === undefined ? '' : ` in ${state}`}: ${why}`, '  ', '    '),
      `    expected  ${shorten(expected, WIDTH - 14)}`,
      `    recorded  ${shorten(recorded, WIDTH - 14)}`,
    ]),
    ...more,
  ];
}

function eventWords(eventIds: readonly number[]): string {
  const all = [...new Set(eventIds)];
  const told = all.slice(0, EVENTS_TOLD);
  const others = all.length - told.length;
  return `${told.length === 1 ? 'event' : 'events'} ${told.join(', ')}${others > 0 ? ` and ${number(others)} more` : ''}`;
}

/** Grouped by reason: the same reason often stands at hundreds of events. */
function describeUnverifiable(unverifiable: readonly Unverifiable[]): string[] {
  const reasons = new Map<string, number[]>();
  for (const { reason, eventId } of unverifiable) {
    const events = reasons.get(reason);
    if (events === undefined) reasons.set(reason, [eventId]);
    else events.push(eventId);
  }
  const groups = [...reasons].sort((a, b) => b[1].length - a[1].length);
  const [shown, more] = atMost(groups, MOST_REASONS, 'reasons');
  return [
    ...shown.flatMap(([reason, events]) => {
      return wrap(`${number(events.length)} × ${reason} (${eventWords(events)})`, '  ', '    ');
    }),
    ...more,
  ];
}

/** What turns of loops and items of maps cost in events, of which a Standard execution has 25,000. */
function describeCosts({ loops, mapItems, largestPayload }: Trace): string[] {
  const spread = ({ least, mean, most, mostEventId }: Trace['loops'][number]['events']): string =>
    least === most
      ? `${count(most, 'event')} each`
      : `${mean} events each (${least} to ${most}, the most from event ${mostEventId})`;
  const [turned, moreLoops] = atMost(
    loops.filter(({ turns }) => turns > 1),
    MOST_COSTS,
    'loops',
  );
  const [mapped, moreMaps] = atMost(
    mapItems.filter(({ items }) => items > 0),
    MOST_COSTS,
    'maps',
  );
  return [
    ...turned.flatMap(({ state, turns, events, places }) => {
      const where = places > 1 ? ` in ${count(places, 'place')}` : '';
      return wrap(`loop at ${state}: ${count(turns, 'turn')}${where}, ${spread(events)}`, '  ', '    ');
    }),
    ...moreLoops,
    ...mapped.flatMap(({ state, items, events }) =>
      wrap(`items of ${state}: ${number(items)} done, ${spread(events)}`, '  ', '    '),
    ),
    ...moreMaps,
    ...(largestPayload === undefined || largestPayload.bytes < LARGE_BYTES
      ? []
      : [
          `  largest payload: ${Math.round(largestPayload.bytes / 1024)} KiB of 256 (event ${largestPayload.eventId})`,
        ]),
  ];
}
