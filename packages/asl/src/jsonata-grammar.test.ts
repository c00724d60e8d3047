import fc from 'fast-check';
// The evaluator's own parser, of which the interpreter's is derived.
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { readJsonata } from './jsonata-grammar.ts';

const references = (source: string): readonly string[] => {
  const reading = readJsonata(source);
  return 'references' in reading ? reading.references : [`fault: ${reading.fault}`];
};
const isAccepted = (source: string): boolean => 'references' in readJsonata(source);

/** What the evaluator's parser says; undefined where it accepts. */
function refusalOf(source: string): string | undefined {
  try {
    jsonata(source);
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError
      ? 'RegExp'
      : String(typeof error === 'object' && error !== null && 'code' in error ? error.code : error);
  }
}

/** Accepted here: a parent that cannot be derived, signatures, and patterns that are not well formed. */
const LENIENT = /^(?:S0217|S040[12]|RegExp)$/;

describe('syntax', () => {
  // Refused by the service at creation, each with INVALID_JSONATA_EXPRESSION.
  test.each([
    'a[1,2)',
    '"unterminated',
    '1 +',
    '{"a":}',
    '$x :=',
    '$match("a", /abc',
    'phone %.other',
    '',
    ' ',
    '[1 "zz"]',
    '/* only',
    '"\\q"',
    '1e999',
    'a ! b',
    '$x.1',
    'a{}{}',
    '$x{}[0]',
    'a[0]@$x',
    'a := 1',
    'function(x){1}',
    '()()(',
    '`a',
  ])('refused: %s', (source) => {
    expect(isAccepted(source)).toBe(false);
    expect(refusalOf(source)).toBeDefined();
  });

  test.each([
    '$states.input.items[value > 3].{"a": $sum(b), `q n`: %.c}',
    '($f := function($x, $y)<n-n:n>{ $x / $y }; $map($states.input.a, $f(?, 2)) ~> $sum)',
    "$replace('a/b', /[a\\/]+/i, '\"') & (4 / 2) /* ) */ and in.or",
    '$states.input ~> |$|{"a": 1}, ["b"]| ~> $string',
    '$states.input^(>a, <b.c)#$i[$i < 3]{ "k": $ }',
    '$a ?: $b ?? ($c ? -$d : [1..3])',
  ])('accepted: %s', (source) => {
    expect(references(source).filter((name) => name.startsWith('fault'))).toEqual([]);
    expect(refusalOf(source)).toBeUndefined();
  });

  test('it agrees with the parser of the evaluator', () => {
    const token = fc.constantFrom(
      ...['a', '$x', '$', '$$', '"s"', "'t\\n'", '1', '2.5e3', 'true', 'null', '/r(/)/i', '`q n`', ' '],
      ...['.', '..', '[', ']', '{', '}', '(', ')', ',', '@', '#', ';', ':', '?', '+', '-', '*', '/', '%'],
      ...['|', '=', '<', '>', '^', '**', ':=', '!=', '<=', '~>', '?:', '??', 'and', 'or', 'in', '&', '!'],
      ...['function', 'function($x){', 'λ($y)', '<n:s>', '/* c */', '$f(', '^(', '"a":', '\\', '"'],
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), fc.constantFrom('', ' '), (parts, blank) => {
        const source = parts.join(blank);
        const refusal = refusalOf(source);
        if (refusal === undefined || !LENIENT.test(refusal))
          expect(isAccepted(source), source).toBe(refusal === undefined);
      }),
      { seed: 20250101, numRuns: 4000 },
    );
  });
});

describe('references from outside any step', () => {
  // The first eleven are measured at the service.
  test.each<[string, string[]]>([
    ['phone', ['phone']],
    ['phone[0]', ['phone']],
    ['aaa + bbb', ['aaa', 'bbb']],
    ['$.phone', ['$']],
    ['$$', ['$$']],
    ['{aaa: 1}', ['aaa']],
    ['$map($states.input.a, function($x){ b })', ['$states.input', 'b']],
    ['$states.input.items[phone > 3]', ['$states.input']],
    ['$map($states.input.a, function($x){ $x.phone })', ['$states.input']],
    ['$phone', []],
    ['$states.errorOutput.Cause', ['$states.errorOutput']],
    ['$count($states.result[$ = 1])', ['$states.result']],
    ['$states.input.(a & b)', ['$states.input']],
    ['$states.input^(price)', ['$states.input']],
    ['$states.input{name: price}', ['$states.input']],
    ['$states.input ~> |a|{"b": c}|', ['$states.input']],
    ['$states."input"', ['$states.input']],
    ['$merge([$states, {"a": 1}])', []],
    ['sum($x)', ['sum']],
    ['($x := a; $x)', ['a']],
    ['$a ? b : c ?: d', ['b', 'c', 'd']],
    ['and', ['and']],
    ['*.a', []],
  ])('%s', (source, expected) => {
    expect(references(source)).toEqual(expected);
  });
});

describe('built to explode', () => {
  test.each<[string, string, boolean]>([
    ['brackets', '('.repeat(100_000), false],
    ['closed brackets', '('.repeat(100_000) + 1 + ')'.repeat(100_000), false],
    ['minus signs', `${'-'.repeat(200_000)}1`, false],
    ['a default of a default', `${'('.repeat(300)}a${' ?: a)'.repeat(300)}`, true],
    ['a long sum', `1${'+1'.repeat(400_000)}`, true],
    ['a long path', `$a${'.a'.repeat(400_000)}`, true],
    ['a long list', `[1${',1'.repeat(400_000)}]`, true],
    ['a string that is not closed', `"${'\\\\'.repeat(400_000)}`, false],
    ['a pattern that is not closed', `/${'\\/'.repeat(400_000)}`, false],
    ['a pattern that would explode', '$match("a", /(a+)+(a+)+(a+)+b/)', true],
    ['comments', '/**/'.repeat(200_000), false],
  ])('%s', (_title, source, accepted) => {
    expect(isAccepted(source)).toBe(accepted);
  });
});
