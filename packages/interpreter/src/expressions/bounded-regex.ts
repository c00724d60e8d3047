/*
 * Regular expressions come from definitions and run on payloads, so neither is trusted. JavaScript's matcher
 * can take exponential time; what could do so is not run at all, and its outcome is then unknown.
 */
const patternLimit = 500;
const subjectLimit = 100_000;
/** Steps a match may take at worst. */
const budget = 1e8;

const fixedCount = /^\{\d+\}/;

/**
 * How many open-ended quantifiers a pattern has in a row, or undefined when it can explode: a quantifier on a group
 * that itself holds one or an alternative, a back reference, or a look-around.
 */
const countQuantifiers = (pattern: string): number | undefined => {
  if (pattern.length > patternLimit || /\\[1-9k]|\(\?[=!<]/.test(pattern)) return undefined;
  const open: { loose: boolean }[] = [];
  let quantifiers = 0;
  let inClass = false;
  let closed: { loose: boolean } | undefined;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    const group = open.at(-1);
    const justClosed = closed;
    closed = undefined;
    if (character === '\\') at += 1;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') open.push({ loose: false });
    else if (character === ')') {
      closed = open.pop();
      const outer = open.at(-1);
      if (closed?.loose === true && outer !== undefined) outer.loose = true;
    } else if (character === '|') {
      if (group !== undefined) group.loose = true;
    } else if (character === '*' || character === '+' || character === '{') {
      if (justClosed?.loose === true) return undefined;
      if (fixedCount.test(pattern.slice(at, at + 8))) continue;
      if (group !== undefined) group.loose = true;
      quantifiers += 1;
    }
  }
  return quantifiers;
};

/**
 * The longest subject that a pattern can be run on safely: matching takes the subject's length to the power of the
 * number of quantifiers, and once more where the pattern may begin anywhere. 0 for a pattern that can explode.
 */
export const safeLength = (pattern: string, anchored = pattern.startsWith('^')): number => {
  const quantifiers = countQuantifiers(pattern);
  if (quantifiers === undefined) return 0;
  const power = quantifiers + (anchored ? 0 : 1);
  return Math.min(subjectLimit, Math.floor(budget ** (1 / Math.max(power, 1))));
};

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
  const limit = safeLength(source, true);
  if (limit === 0 || javaOnly.test(source.replaceAll('(?:', '(')) || /[^imsuU]/.test(flags)) return refused;
  try {
    const pattern = new RegExp(`^(?:${source})$`, [...'ims'].filter((flag) => flags.includes(flag)).join(''));
    const quantifiers = countQuantifiers(source) ?? 0;
    return {
      cost: (subject) => (subject.length > limit ? undefined : subject.length ** Math.max(quantifiers, 1)),
      matches: (subject) => pattern.test(subject),
    };
  } catch {
    return refused;
  }
};
