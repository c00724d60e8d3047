// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of templates look like that
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText } from './canonical.ts';
import { STATE_FIELDS } from './fields.ts';
import { walkJsonText } from './json-text.ts';
import { parse, parseState, parseValue } from './parse.ts';
import type { ParseResult } from './problem.ts';

const SEED = { seed: 20250101, numRuns: 400 };
const WORDS = [
  ...new Set([...STATE_FIELDS.values()].flatMap((fields) => [...fields.byName.keys()])),
  ...[
    'StartAt',
    'States',
    'ProcessorConfig',
    'ErrorEquals',
    'And',
    'Not',
    'Variable',
    'Condition',
    'NumericEquals',
  ],
  ...['__proto__', 'constructor', 'a.$', ''],
];
const TEXTS = [
  ...STATE_FIELDS.keys(),
  ...[
    'S',
    '$',
    '$$',
    '$.a[0]',
    '$.a[',
    'States.Format(',
    "States.Array($.a, 'b')",
    '{% 1 %}',
    '{% ( %}',
    '${X}',
  ],
  ...[
    'arn:aws:states:::sqs:sendMessage.sync',
    'States.ALL',
    '__proto__',
    'DISTRIBUTED',
    'JSONata',
    '2025-01-01T00:00:00Z',
  ],
];

/** JSON that speaks ASL's words in any order. */
const { nonsense } = fc.letrec((tie) => ({
  nonsense: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(...TEXTS, null, true, false, 0, 1, -1, 1.5),
    fc.array(tie('nonsense'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...WORDS), tie('nonsense')), { maxLength: 6 })
      .map((members) => fromMembers(members)),
  ),
}));

function fromMembers(members: readonly (readonly [string, unknown])[]): object {
  const text = members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',');
  return JSON.parse(`{${text}}`);
}

const state = fc
  .tuple(
    fc.constantFrom(...STATE_FIELDS.keys()),
    fc.array(fc.tuple(fc.constantFrom(...WORDS), nonsense), { maxLength: 8 }),
  )
  .map(([Type, members]) => ({ ...fromMembers(members), Type }));

const machine = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom('S', 'T', '__proto__'), state), { maxLength: 3 }),
    fc.constantFrom('JSONata', 'JSONPath'),
  )
  .map(([states, QueryLanguage]) => ({ StartAt: 'S', QueryLanguage, States: fromMembers(states) }));

function isVerdict(result: ParseResult): boolean {
  return result.ok
    ? result.warnings.every(({ severity }) => severity === 'warning')
    : result.problems.some(({ severity }) => severity === 'error');
}

test('parse never throws, and its verdict fits its problems', () => {
  fc.assert(
    fc.property(
      fc.oneof(machine, nonsense, fc.jsonValue()),
      fc.constantFrom('STANDARD' as const, 'EXPRESS' as const),
      fc.boolean(),
      (value, type, placeholders) => {
        const text = JSON.stringify(value);
        const options = { type, placeholders };
        const ofText = parse(text, options);
        const ofValue = parseValue(value, options);
        return isVerdict(ofText) && ofText.ok === ofValue.ok && parseState(value, options) !== undefined;
      },
    ),
    SEED,
  );
});

test('parse never throws on text, broken or not', () => {
  const cut = fc
    .tuple(machine, fc.nat(), fc.nat(3), fc.string({ maxLength: 3 }))
    .map(([value, place, length, text]) => {
      const whole = JSON.stringify(value, null, 1);
      const at = place % whole.length;
      return whole.slice(0, at) + text + whole.slice(at + length);
    });
  fc.assert(
    fc.property(fc.oneof(cut, fc.string()), (text) => isVerdict(parse(text))),
    SEED,
  );
});

test('parseValue takes anything', () => {
  fc.assert(
    fc.property(
      fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true, withDate: true }),
      (value) => isVerdict(parseValue(value)),
    ),
    SEED,
  );
});

test('the walk over JSON text accepts what JSON.parse accepts, and nothing else', () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '\\', '0', '-', '\u0001', ' '))
    .map(
      ([text, place, put]) =>
        text.slice(0, place % (text.length + 1)) + put + text.slice((place % (text.length + 1)) + 1),
    );
  fc.assert(
    fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
      let accepted = true;
      try {
        JSON.parse(text);
      } catch {
        accepted = false;
      }
      expect(walkJsonText(text, {}) === undefined).toBe(accepted);
    }),
    { ...SEED, numRuns: 2000 },
  );
});

test('canonical text: key order does not matter, array order does', () => {
  const result = (Result: unknown, reversed: boolean): string => {
    const fields = Object.entries({ Type: 'Pass', Result, End: true });
    const parsed = parseValue({
      StartAt: 'S',
      States: { S: Object.fromEntries(reversed ? fields.reverse() : fields) },
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return canonicalText(parsed.machine);
  };
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = result(value, false);
      expect(result(value, true)).toBe(text);
      expect(JSON.parse(text).States.S.Result).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    SEED,
  );
  expect(result([1, 2], false)).not.toBe(result([2, 1], false));
});
