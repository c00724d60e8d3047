import { useNow } from '../now.ts';
import { ageWords, clockWords, durationWords } from '../time-words.ts';

interface Props {
  /** ISO 8601, or epoch milliseconds. */
  readonly at: string | number;
}

/** Local time with its zone and the age; UTC in the title. */
export function Time({ at }: Props) {
  const time = new Date(at);
  const now = useNow();
  return (
    <time dateTime={time.toISOString()} title={time.toISOString()}>
      {clockWords(time.getTime())} <span class="muted">({ageWords(time.getTime(), now)})</span>
    </time>
  );
}

/** The age alone, for rows; the times in the title. */
export function Age({ at }: Props) {
  const time = new Date(at);
  const now = useNow();
  return (
    <time
      class="nowrap"
      dateTime={time.toISOString()}
      title={`${clockWords(time.getTime())} · ${time.toISOString()}`}
    >
      {ageWords(time.getTime(), now)}
    </time>
  );
}

/** From start to stop; to now while it is open. */
export function Duration({ from, to }: { readonly from: string; readonly to: string | null }) {
  const now = useNow();
  const end = to === null ? now : Date.parse(to);
  return (
    <span class="nowrap number" title={to === null ? 'still running' : undefined}>
      {durationWords(end - Date.parse(from))}
      {to === null && <span class="muted"> so far</span>}
    </span>
  );
}
