/** Columns that every terminal has. */
export const WIDTH = 80;

/** Breaks a text at its spaces, and words that are too long anywhere, so that no line is longer than the width. */
export function wrap(text: string, indent: string, hanging: string = indent): string[] {
  const room = WIDTH - hanging.length;
  const lines: string[] = [];
  let line = indent;
  let empty = true;
  for (const word of text.split(' ').flatMap((each) => pieces(each, room))) {
    const longer = empty ? `${line}${word}` : `${line} ${word}`;
    if (longer.length <= WIDTH) {
      line = longer;
      empty = false;
      continue;
    }
    lines.push(line);
    line = `${hanging}${word}`;
  }
  lines.push(line);
  return lines;
}

function pieces(word: string, length: number): string[] {
  const parts: string[] = [];
  for (let from = 0; from < word.length || from === 0; from += length) {
    parts.push(word.slice(from, from + length));
  }
  return parts;
}

/** One line of a text, cut where it is too long, with how long it is. */
export function shorten(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= most) return line;
  const told = ` … (${count(line.length, 'character')})`;
  return `${line.slice(0, Math.max(10, most - told.length))}${told}`;
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** At most so many rows; the rest is counted. */
export function atMost<T>(rows: readonly T[], most: number, noun: string): readonly [readonly T[], string[]] {
  const more = rows.length - most;
  return more <= 0 ? [rows, []] : [rows.slice(0, most), [`  … and ${number(more)} more ${noun}`]];
}

/** A length of time in its largest sensible unit. */
export function duration(milliseconds: number): string {
  const units: readonly [number, number, string][] = [
    [1_000, 1, 'ms'],
    [120_000, 1_000, 's'],
    [7_200_000, 60_000, 'min'],
    [172_800_000, 3_600_000, 'h'],
    [Number.POSITIVE_INFINITY, 86_400_000, 'days'],
  ];
  const length = Math.max(0, milliseconds);
  const [, unit, name] = units.find(([below]) => length < below) ?? [0, 86_400_000, 'days'];
  const value = length / unit;
  return `${name === 'ms' || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${name}`;
}

/** A moment to the second, in UTC. */
export function moment(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** How far a moment is from now. */
export function distance(epochMs: number, now: number): string {
  return epochMs <= now ? `${duration(now - epochMs)} ago` : `in ${duration(epochMs - now)}`;
}
