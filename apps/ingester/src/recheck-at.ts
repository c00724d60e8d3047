import type { Pending, Trace } from '@steptrail/interpreter';
import { checkExecution, type ExecutionSubject, fingerprint } from '@steptrail/rules';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When the rules may change their mind: so long after a wait began, and so long after it should have ended. */
const AFTER_SINCE = [15 * MINUTE, HOUR, 6 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY];
const AFTER_UNTIL = [1, 15 * MINUTE, HOUR, DAY];
const MOST_WAITS = 50;

/**
 * The next moment at which time alone changes what the rules say of an open execution, undefined where nothing does.
 * Asked of the rules themselves, at the moments at which waits come of age, so that no threshold is written twice.
 */
export function recheckAt(subject: ExecutionSubject): Date | undefined {
  if (subject.breaksOff || subject.trace.status !== 'RUNNING') return undefined;
  const now = verdictAt(subject, subject.now);
  for (const moment of momentsAfter(subject.trace, subject.now)) {
    if (verdictAt(subject, moment) !== now) return new Date(moment);
  }
  return undefined;
}

function momentsAfter(trace: Trace, now: number): readonly number[] {
  const moments = oldestOfEach(trace.pending).flatMap(({ since, bound, laterBounds }) => [
    ...AFTER_SINCE.map((age) => since + age + 1),
    ...[bound, ...laterBounds].flatMap(({ source, at }) =>
      source === 'service limit' || at === undefined ? [] : AFTER_UNTIL.map((age) => at + age + 1),
    ),
  ]);
  return [...new Set(moments)].filter((moment) => moment > now).sort((a, b) => a - b);
}

/** Of many iterations that wait alike, the first to come of age is enough: the others follow at the next look. */
function oldestOfEach(pending: readonly Pending[]): readonly Pending[] {
  const oldest = new Map<string, Pending>();
  for (const wait of pending) {
    const key = `${wait.waitsFor} ${wait.pointer} ${wait.until === undefined}`;
    const known = oldest.get(key);
    if (known === undefined || (wait.until ?? wait.since) < (known.until ?? known.since))
      oldest.set(key, wait);
  }
  return [...oldest.values()].slice(0, MOST_WAITS);
}

/** What the rules say, without what grows with every second. */
function verdictAt(subject: ExecutionSubject, now: number): string {
  return checkExecution({ ...subject, now })
    .map((finding) => `${fingerprint(finding, subject.executionArn)} ${finding.severity} ${finding.message}`)
    .join('\n');
}
