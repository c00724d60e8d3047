const UNITS = [
  ['y', 31_536_000_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A duration in at most two units: `3 d 4 h`, `12.4 s`, `830 ms`. */
export function durationWords(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
  let rest = milliseconds;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** How long ago, or until when: `3 d ago`, `in 4 h`. One unit: it is for the eye. */
export function ageWords(then: number, now: number): string {
  const distance = Math.abs(now - then);
  if (distance < 5_000) return 'now';
  const [unit, size] = UNITS.find(([, each]) => distance >= each) ?? ['s', 1_000];
  const words = `${Math.floor(distance / size)} ${unit}`;
  return then <= now ? `${words} ago` : `in ${words}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
  timeZoneName: 'short',
});

/** Date and time in the zone of this browser, with the zone's name. */
export function clockWords(time: number): string {
  return CLOCK.format(time);
}

const PRECISE = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
});

/** For rows of one execution: the year and the zone are said in the head. */
export function preciseWords(time: number): string {
  return PRECISE.format(time);
}
