/*
 * Regular expressions come from definitions and run on payloads, so neither is trusted. JavaScript's matcher
 * can take exponential time; what could do so is not run at all, and its outcome is then unknown.
 */
const patternLimit = 500;
/** Longest subject by number of unbounded quantifiers: matching takes its power of that number. */
const subjectLimits = [10_000, 10_000, 3_000, 200];

/**
 * How many quantifiers a pattern has in a row, or undefined when it can explode: a quantifier on a group that itself holds a quantifier or an alternative,
 * a back reference, a look-around, or more than a few of them.
 */
export const countQuantifiers = (pattern: string): number | undefined => {
  if (pattern.length > patternLimit || /\\[1-9k]|\(\?[=!<]/.test(pattern)) return undefined;
  const open: { loose: boolean }[] = [];
  let unbounded = 0;
  let inClass = false;
  let closed: { loose: boolean } | undefined;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
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
      const group = open.at(-1);
      if (group !== undefined) group.loose = true;
    } else if (character === '*' || character === '+' || character === '{') {
      if (justClosed?.loose === true) return undefined;
      const group = open.at(-1);
      if (group !== undefined) group.loose = true;
      unbounded += 1;
    }
  }
  return unbounded < subjectLimits.length ? unbounded : undefined;
};

/**
 * A matcher of the whole subject (as Jayway does it), or of nothing: it gives undefined where pattern or
 * subject are too much to be run safely, or where the pattern is none.
 */
export const boundedRegex = (source: string, flags: string): ((subject: string) => boolean | undefined) => {
  const quantifiers = countQuantifiers(source);
  if (quantifiers === undefined) return () => undefined;
  const limit = subjectLimits[quantifiers] ?? 0;
  try {
    const kept = [...'imsu'].filter((flag) => flags.includes(flag)).join('');
    const pattern = new RegExp(`^(?:${source})$`, kept);
    return (subject) => (subject.length > limit ? undefined : pattern.test(subject));
  } catch {
    return () => undefined;
  }
};
