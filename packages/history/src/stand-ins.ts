/**
 * What the author of a recorded case put in place of what AWS had recorded, as the case's `notes` say: names that
 * were blanked, and times inside payloads. A definition that takes such a name apart, or two payloads that show the
 * same such time, then cannot be told from the record any more.
 */
export interface StandIns {
  /** Values that stand for others: names, tokens, digests. */
  readonly texts: readonly string[];
  /** Members of payloads whose times were replaced; `value` also means that of an assigned variable. */
  readonly timesUnder: readonly string[];
}

/** The list behind a heading in notes such as `…; placeholders: <a>=b, <c>=d; times inside payloads under: X, Y.` */
const listAfter = (notes: string, heading: string): readonly string[] => {
  const from = notes.indexOf(heading);
  if (from < 0) return [];
  const rest = notes.slice(from + heading.length);
  const end = /;\s|\.\s|\.?$/.exec(rest)?.index ?? rest.length;
  return rest
    .slice(0, end)
    .split(/,\s+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
};

/** Reads the notes of a recorded case; undefined where they name nothing that was replaced. */
export function readStandIns(notes: unknown): StandIns | undefined {
  if (typeof notes !== 'string') return undefined;
  const texts = listAfter(notes, 'placeholders:').flatMap((entry) => {
    const at = entry.indexOf('=');
    return at < 0 ? [] : [entry.slice(at + 1)];
  });
  const timesUnder = listAfter(notes, 'times inside payloads under:');
  return texts.length === 0 && timesUnder.length === 0
    ? undefined
    : { texts: [...new Set(texts)], timesUnder };
}
