import type { Event } from '@steptrail/history';
import { compareFailure } from './compare-failure.ts';
import { compareJson, type Findings, placeAt, show } from './compare-json.ts';
import type { Json } from './expressions/index.ts';
import type { Ending } from './foresee.ts';
import { jsonOf, recordedValue } from './value.ts';

/** An execution's end is recorded, the way there is not: it is compared with the ways in which it may end. */
export const judgeEnding = (endings: readonly Ending[], event: Event, findings: Findings): void => {
  const tries = endings.map((ending) => compareEnding(ending, event));
  const best =
    tries.find((found) => found.length === 0) ??
    tries.find((found) => found.every((each) => typeof each === 'string')) ??
    tries.find((found) => found.every((each) => typeof each === 'string' || each.kind !== 'event')) ??
    tries[0];
  for (const each of best ?? []) {
    if (typeof each === 'string') findings.doubt(each);
    else findings.diverge(each.kind, each.expected, each.recorded, each.why);
  }
};

interface Disagreement {
  readonly kind: 'event' | 'payload' | 'failure';
  readonly expected: string;
  readonly recorded: string;
  readonly why: string;
}

const WAY = 'From its input on, no way through the definition ends like this.';

/** The state that a cause names. */
const openingOf = (cause: Json | undefined): string | undefined =>
  typeof cause === 'string'
    ? /^An error occurred while executing the state '.*?' \(entered/s.exec(cause)?.[0]
    : undefined;

const compareEnding = (ending: Ending, event: Event): readonly (string | Disagreement)[] => {
  const succeeds = event.type === 'ExecutionSucceeded';
  if (succeeds !== (ending.status === 'SUCCEEDED')) {
    return [
      {
        kind: 'event',
        expected: `an execution that ends as ${ending.status}`,
        recorded: event.type,
        why: WAY,
      },
    ];
  }
  const found: (string | Disagreement)[] = [];
  if (ending.status === 'SUCCEEDED') {
    if (event.type !== 'ExecutionSucceeded') return found;
    const verdict = compareJson(ending.output, jsonOf(recordedValue(event.output)));
    if (verdict.verdict === 'unverifiable') found.push(verdict.reason);
    else if (verdict.verdict === 'diverges') {
      found.push({
        kind: 'payload',
        expected: show(verdict.expected),
        recorded: show(verdict.recorded),
        why: `${WAY.slice(0, -1)}: the output differs${placeAt(verdict.at)}.`,
      });
    }
    return found;
  }
  const { error, wording } = ending;
  const recorded = 'cause' in event ? event.cause : undefined;
  // Which id the event had is not to be foreseen where branches run side by side.
  const cause =
    wording === 'derived' && openingOf(recorded) === openingOf(ending.cause)
      ? (recorded ?? null)
      : ending.cause;
  compareFailure({ error, cause, wording: 'exact' }, event, {
    doubt: (reason) => found.push(reason),
    diverge: (_kind, expected, recorded) => found.push({ kind: 'failure', expected, recorded, why: WAY }),
  });
  return found;
};
