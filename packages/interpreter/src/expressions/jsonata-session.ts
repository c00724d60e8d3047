import type { Scope } from './evaluation.ts';
import type { Json, OpenObject } from './json.ts';
import { withoutBigints } from './json-text.ts';
import { addedFunctions, tooMuch } from './jsonata-functions.ts';
import type { Session } from './jsonata-sync.generated.js';
import { regexCost } from './regex-cost.ts';
import { unknown } from './unknown.ts';

/*
 * What one evaluation may cost. Not a clock: the same expression on the same payload ends at the same step, wherever it
 * runs. What is too much is unknown: AWS has bounds of its own, of memory and of depth, which are not documented.
 */

/** Nodes of the expression that may be evaluated, and how deep in one another: AWS ends an evaluation near 100. */
const stepLimit = 2_000_000;
const depthLimit = 101;
/** What native code may do: values that are walked through, characters that are copied. */
const workLimit = 30_000_000;
/** AWS has given this many elements of a range, and one more was too much. */
const sequenceLimit = 873_782;
const sequencesLimit = 30_000_000;
const regexStepsPerWork = 16;

const unsafeRegex = unknown('a regular expression that cannot be run safely');

/** Counts work; throws where it is too much. */
type Spend = (work: number) => void;

/** Runs regular expressions, unless one could take too long. */
const regexEngine = (spend: Spend): Session['RegexEngine'] =>
  class {
    lastIndex = 0;
    readonly #regex: RegExp;
    readonly #cost: (length: number) => number;
    readonly #isAnchored: boolean;

    constructor({ source, flags, multiline }: RegExp) {
      this.#regex = new RegExp(source, flags);
      this.#isAnchored = source.startsWith('^') && !multiline && !source.includes('|');
      this.#cost = regexCost(source, this.#isAnchored);
    }

    exec(subject: string): RegExpExecArray | null {
      const cost = this.#cost(subject.length) / regexStepsPerWork;
      if (cost > workLimit / 4) throw { unknown: unsafeRegex };
      const start = this.lastIndex;
      this.#regex.lastIndex = start;
      const found = this.#regex.exec(subject);
      this.lastIndex = this.#regex.lastIndex;
      // It has begun at each place up to the one where it was found.
      const places = (found?.index ?? subject.length) - start + 1;
      spend(this.#isAnchored ? cost : (cost * places) / (subject.length + 1));
      return found;
    }
  };

/** `$states` as an expression sees it; the context object is built only for expressions that can name it. */
const statesOf = (scope: Scope, withContext: boolean): Json => {
  const states: OpenObject = { input: scope.input };
  if (withContext) states.context = scope.context();
  if (scope.result !== undefined) states.result = scope.result;
  if (scope.errorOutput !== undefined) states.errorOutput = scope.errorOutput;
  return states;
};

/** What an evaluation of the derived evaluator takes from a scope, and what it may cost: beyond, `tooMuch` is thrown. */
export const openSession = (
  scope: Scope,
  withContext: boolean,
): Session & { readonly draws: Scope['draws'] } => {
  const values = new Map<string, Json>();
  let steps = 0;
  let sequences = 0;
  let worked = 0;
  const spend: Spend = (work) => {
    worked += work;
    if (!(worked <= workLimit)) throw { unknown: tooMuch };
  };
  return {
    draws: scope.draws,
    // Asked for at each range and each append: the more of them, the shorter each may be, so that their sum is bounded.
    get sequence() {
      sequences += 1;
      return Math.min(sequenceLimit, sequencesLimit / sequences);
    },
    RegexEngine: regexEngine(spend),
    random: () => scope.draws.random(),
    lookup: (name) => {
      if (typeof name === 'symbol') return undefined;
      const known = values.get(name);
      if (known !== undefined) return known;
      const found = name === 'states' ? statesOf(scope, withContext) : scope.variables(name);
      if (found === undefined) return addedFunctions.get(name);
      const value = withoutBigints(found);
      values.set(name, value);
      return value;
    },
    step: (depth) => {
      steps += 1;
      if (steps > stepLimit || depth > depthLimit) throw { unknown: tooMuch };
    },
    spend,
  };
};
