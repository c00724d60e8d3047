/*
 * Regular expressions come from definitions and run on payloads, so neither is trusted. A backtracking matcher can take
 * exponential time: what could do so is not run at all, and its outcome is then unknown.
 */
const patternLimit = 500;
const depthLimit = 50;

/** In how many ways a part may match from one place on: at most 2^bits times the subject's length to the power. */
interface Ways {
  readonly bits: number;
  readonly power: number;
}

const ONE: Ways = { bits: 0, power: 0 };

const quantifier = /([*+?]|\{\d+(?:,\d*)?\})\??/y;
const group = /\((?:\?(?::|<[\p{L}$_][\p{L}\p{N}$_]*>))?/uy;

/** Reads the quantifier at an offset: how often its part may stand there at least and at most. */
const readQuantifier = (pattern: string, offset: number) => {
  quantifier.lastIndex = offset;
  const [text, sign = ''] = quantifier.exec(pattern) ?? [''];
  const [least = '', most = least] = sign.slice(1, -1).split(',');
  switch (sign[0]) {
    case undefined:
      return { length: 0, least: 1, most: 1 };
    case '?':
      return { length: text.length, least: 0, most: 1 };
    case '{':
      return { length: text.length, least: Number(least), most: most === '' ? Infinity : Number(most) };
    default:
      return { length: text.length, least: 0, most: Infinity };
  }
};

/** A part that is repeated; undefined where each turn could match in several ways, and turns have no end. */
const repeat = (part: Ways, least: number, most: number): Ways | undefined => {
  const isPlain = part.bits === 0 && part.power === 0;
  if (most === Infinity) return isPlain ? { bits: 0, power: 1 } : undefined;
  return { bits: part.bits * most + Math.log2(most - Math.min(least, most) + 1), power: part.power * most };
};

/**
 * In how many ways a pattern may match from one place on; undefined where that cannot be bounded: a repeated group that
 * holds a choice, a back reference, a look-around, a pattern of more than 500 characters.
 */
const waysOf = (pattern: string): Ways | undefined => {
  if (pattern.length > patternLimit) return undefined;
  let at = 0;

  const readAtom = (depth: number): Ways | undefined => {
    const character = pattern[at];
    if (character === '(') {
      group.lastIndex = at;
      const opening = group.exec(pattern)?.[0] ?? '(';
      at += opening.length;
      if (pattern[at] === '?' || depth > depthLimit) return undefined;
      const inner = readChoice(depth + 1);
      at += 1;
      return inner;
    }
    if (character === '\\') {
      const isBackReference = /[1-9k]/.test(pattern[at + 1] ?? '');
      at += 2;
      return isBackReference ? undefined : ONE;
    }
    at += 1;
    if (character !== '[') return ONE;
    while (at < pattern.length && pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
    at += 1;
    return ONE;
  };

  const readSequence = (depth: number): Ways | undefined => {
    let bits = 0;
    let power = 0;
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const atom = readAtom(depth);
      const { length, least, most } = readQuantifier(pattern, at);
      at += length;
      const part = atom && repeat(atom, least, most);
      if (part === undefined) return undefined;
      bits += part.bits;
      power += part.power;
    }
    return { bits, power };
  };

  const readChoice = (depth: number): Ways | undefined => {
    let choices = 0;
    let bits = 0;
    let power = 0;
    for (;;) {
      const sequence = readSequence(depth);
      if (sequence === undefined) return undefined;
      choices += 1;
      bits = Math.max(bits, sequence.bits);
      power = Math.max(power, sequence.power);
      if (pattern[at] !== '|') return { bits: bits + Math.log2(choices), power };
      at += 1;
    }
  };

  const ways = readChoice(0);
  return at < pattern.length ? undefined : ways;
};

/** Steps that matching a subject of some length takes at worst; Infinity where they cannot be bounded. */
type RegexCost = (length: number) => number;

/** What a pattern costs. One that is not `anchored` may begin anywhere in the subject. */
export const regexCost = (pattern: string, anchored: boolean): RegexCost => {
  const ways = waysOf(pattern);
  if (ways === undefined) return () => Number.POSITIVE_INFINITY;
  const power = Math.max(ways.power + (anchored ? 0 : 1), 1);
  return (length) => 2 ** ways.bits * length ** power;
};
