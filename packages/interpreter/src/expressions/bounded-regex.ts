import { regexCost } from './regex-cost.ts';

/** Steps that one match may take at worst. */
const budget = 1e8;

/** A regular expression of Jayway's dialect, to be run on whole subjects. */
export interface BoundedRegex {
  /** Steps that matching a subject may take at worst, or undefined where it must not be tried. */
  readonly cost: (subject: string) => number | undefined;
  readonly matches: (subject: string) => boolean;
}

/** What Java reads otherwise than JavaScript: classes such as `\p{Alpha}`, anchors, quotations, sets in sets. */
const javaOnly = /\\[pPQEAzZGhHRXxN0a]|\(\?|&&|\[[^\]\\]*\[|[*+?}]\+/;

/** Compiles a pattern; one that cannot be run safely, or means something else in Java, has no cost. */
export const boundedRegex = (source: string, flags: string): BoundedRegex => {
  const refused: BoundedRegex = { cost: () => undefined, matches: () => false };
  if (javaOnly.test(source.replaceAll('(?:', '(')) || /[^imsuU]/.test(flags)) return refused;
  const costOf = regexCost(source, true);
  try {
    // Java matches the whole subject: with the flag m too, where ^ and $ would stand for lines.
    const pattern = new RegExp(
      `(?:${source})(?!\\s|\\S)`,
      `${[...'ims'].filter((flag) => flags.includes(flag)).join('')}y`,
    );
    return {
      cost: ({ length }) => {
        const cost = costOf(length);
        return cost > budget ? undefined : cost;
      },
      matches: (subject) => {
        pattern.lastIndex = 0;
        return pattern.test(subject);
      },
    };
  } catch {
    return refused;
  }
};
