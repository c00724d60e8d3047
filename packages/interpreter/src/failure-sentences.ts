import { compareJson } from './compare-json.ts';
import { isUnknown } from './expressions/index.ts';
import { jsonOf, textValue } from './value.ts';

/*
 * The sentences in which AWS says why a state could not be evaluated, as recordings have them. What such a sentence
 * is about can be told; where two of them may stand for one fault, nobody knows which AWS writes.
 */

/**
 * The parts of a sentence are its groups. `path`, `call`, `field` and `expression` are written as the definition has them;
 * `value` is data; `detail` and `around` are more than recordings settle.
 */
interface Sentence {
  /** Sentences that may stand for the same fault. */
  readonly about: 'path' | 'number' | 'time' | 'delay' | 'items' | 'nothing' | 'expression' | 'refusal';
  readonly pattern: RegExp;
}

const SENTENCES: readonly Sentence[] = [
  { about: 'path', pattern: /^Invalid path '(?<path>.*?)' : (?<detail>[\s\S]*)$/ },
  {
    about: 'path',
    pattern:
      /^The JSONPath '(?<path>.*?)' specified for the field '(?<field>[^']*)' could not be found in the input '(?<around>[\s\S]*)'$/,
  },
  {
    about: 'path',
    pattern: /^The function '(?<call>[\s\S]*?)' had the following error: (?<detail>[\s\S]*)$/,
  },
  {
    about: 'path',
    pattern: /^The (?<field>\w+)Path parameter does not reference an input value: (?<path>.*)$/,
  },
  {
    about: 'number',
    pattern:
      /^The (?<field>\w+)Path field refers to value "(?<value>[\s\S]*)" which is not a valid (?:positive )?(?:integer|float): (?<path>.*)$/,
  },
  { about: 'number', pattern: /^(?<field>\w+) cannot be negative\.$/ },
  { about: 'number', pattern: /^(?<field>\w+) must be between 0 and 100\.$/ },
  {
    about: 'number',
    pattern:
      /^The (?<field>\w+)Path parameter cannot be parsed as a long value: (?<path>.*?) == (?<value>[\s\S]*)$/,
  },
  {
    about: 'number',
    pattern:
      /^The (?<field>\w+)Path parameter references a negative value: (?<path>.*?) == (?<value>[\s\S]*)$/,
  },
  {
    about: 'time',
    pattern:
      /^The (?<field>\w+)Path parameter does not reference a valid ISO-8601 extended offset date-time format string: (?<path>.*?) == (?<value>[\s\S]*)$/,
  },
  {
    about: 'time',
    pattern:
      /^The (?<field>\w+) field cannot be parsed as an ISO-8601 extended offset date-time format string: (?<value>[\s\S]*)$/,
  },
  { about: 'delay', pattern: /^Wait state delay is too long\.$/ },
  { about: 'items', pattern: /^Map state input must be an array but was: (?<value>[\s\S]*)$/ },
  { about: 'items', pattern: /^Reference path "(?<path>.*?)" must point to array\.$/ },
  {
    about: 'expression',
    pattern:
      /^The JSONata expression '(?<expression>[\s\S]*)' specified for the field '(?<field>[^']*)' returned an unexpected result type\. Expected '[^']*', but was '[^']*' for value: (?<value>[\s\S]*)$/,
  },
  {
    about: 'nothing',
    pattern:
      /^The JSONata expression '(?<expression>[\s\S]*)' specified for the field '(?<field>[^']*)' returned nothing \(undefined\)\.$/,
  },
  {
    about: 'expression',
    pattern:
      /^The JSONata expression '(?<expression>[\s\S]*)' specified for the field '(?<field>[^']*)' (?<detail>returned an un|threw an error)[\s\S]*$/,
  },
  {
    about: 'refusal',
    pattern: /^The Parameters '(?<around>[\s\S]*)' could not be used to start the Task: (?<detail>[\s\S]*)$/,
  },
];

/** With which a cause names the state that failed. */
export const OPENING =
  /^An error occurred while executing the state '.*?' \(entered at the event id #\d+\)\. ?/s;

export const withoutOpening = (cause: string): string => cause.replace(OPENING, '');

interface Read {
  readonly sentence: Sentence;
  readonly parts: Readonly<Record<string, string>>;
}

const read = (text: string): Read | undefined => {
  for (const sentence of SENTENCES) {
    const found = sentence.pattern.exec(text);
    if (found !== null) return { sentence, parts: found.groups ?? {} };
  }
  return undefined;
};

export interface Contradiction {
  readonly expected: string;
  readonly recorded: string;
}

/** What the definition spells itself. One `$` of a context path may be missing. */
const SPELLED = ['path', 'call', 'field', 'expression'] as const;

const plain = (part: string): string => part.replace(/^\$\$/, '$').replace(/\s+/g, ' ').trim();

const sameValue = (left: string, right: string): boolean =>
  compareJson(jsonOf(textValue(left)), jsonOf(textValue(right))).verdict !== 'diverges';

const isScalar = (text: string): boolean => /^[^{}[\]"]*$/.test(text);

const isDeep = (place: string, field: string): boolean =>
  place.endsWith(`/${field}`) || place.endsWith(`.${field}`);

const mayBeTheSame = (ours: Sentence, theirs: Sentence, shared: boolean): boolean => {
  const about = new Set([ours.about, theirs.about]);
  if (about.size === 1) return true;
  // An expression gives nothing, or something that is not what it should be.
  if (about.has('nothing')) return about.has('expression');
  return shared;
};

/**
 * What shows that the recorded sentence is about another fault than the expected one; `unsettled` where it may be the
 * same fault in other words; undefined where it is no sentence that is known.
 *
 * Both are causes without their opening ("An error occurred while executing …").
 */
export const contradictionOf = (
  expected: string,
  recorded: string,
  /** The expected sentence quotes a value of which a part is not known. */
  quotesUnknown = false,
): Contradiction | 'unsettled' | undefined => {
  const ours = read(expected);
  if (ours === undefined) return undefined;
  const whole = { expected, recorded };
  const more = recorded.length > expected.length && recorded.startsWith(expected);
  if (more && ours.parts.value === undefined) return whole;
  const theirs = read(recorded);
  if (theirs === undefined) return undefined;
  let shared = false;
  for (const part of SPELLED) {
    const [left, right] = [ours.parts[part], theirs.parts[part]];
    if (left === undefined || right === undefined) continue;
    // A field deep inside a template may be named with its place.
    const same =
      plain(left) === plain(right) || (part === 'field' && (isDeep(left, right) || isDeep(right, left)));
    if (!same) return { expected: left, recorded: right };
    shared = true;
  }
  if (ours.sentence !== theirs.sentence) {
    return mayBeTheSame(ours.sentence, theirs.sentence, shared) ? 'unsettled' : whole;
  }
  const [left, right] = [ours.parts.value, theirs.parts.value];
  if (left === undefined || right === undefined || left === right || quotesUnknown) return 'unsettled';
  const comparable = isJson(left) && isJson(right);
  if (comparable && sameValue(left, right)) return 'unsettled';
  // How AWS writes objects and lists inside a sentence is not certain.
  return comparable || isScalar(left) || right.startsWith(left)
    ? { expected: left, recorded: right }
    : 'unsettled';
};

const isJson = (text: string): boolean => !isUnknown(jsonOf(textValue(text)));

/** Whether a cause says that an evaluation failed. */
export const isFailedEvaluation = (cause: string): boolean => read(withoutOpening(cause)) !== undefined;

/**
 * Whether a recorded cause, without its opening, is about a path, a field or an expression that is nowhere
 * in a definition.
 */
export const isAboutSomethingElse = (cause: string, definition: string): boolean => {
  const parts = read(cause)?.parts;
  if (parts === undefined) return false;
  const { path, call, expression, field } = parts;
  const written = (part: string | undefined): boolean =>
    part === undefined || definition.includes(JSON.stringify(part).slice(1, -1));
  return !written(path) || !written(call) || !written(expression) || !written(field?.split(/[/[]/)[0]);
};
