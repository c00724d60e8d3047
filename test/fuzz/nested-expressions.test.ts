import { parse } from '@steptrail/asl';
import { compile, simulate } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { countSteps } from './count-steps.ts';

const around = (open: string, close: string) => (depth: number) =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;
const behind = (text: string) => (times: number) => `$a${text.repeat(times)}`;

/** What JSONata lets nest or repeat. */
const JSONATA: Readonly<Record<string, (size: number) => string>> = {
  parentheses: around('(', ')'),
  'a condition in a condition': around('(', ' ? 2 : 3)'),
  'a condition in its answer': around('(true ? ', ' : 3)'),
  'a condition in its other answer': around('(false ? 2 : ', ')'),
  'a chain of conditions': (size) => `${'$a = 1 ? 2 : '.repeat(size)}3`,
  'a chain of conditions without else': (size) => `${'$a ? '.repeat(size)}3`,
  'a default of a default': around('(', ' ?: 2)'),
  'a chain of defaults': behind(' ?: $b'),
  'what stands for nothing': around('(', ' ?? 2)'),
  'a chain of what stands for nothing': behind(' ?? $b'),
  'defaults of both kinds': around('((', ' ?: 2) ?? 3)'),
  'a default with a parent': (size) => `$a.b.${'('.repeat(size)}%${' ?: 2)'.repeat(size)}`,
  'a default in the last value of a function': (size) =>
    `$map([1], function($x){ ${'('.repeat(size)}$string($x)${' ?: 2)'.repeat(size)} })`,
  lists: around('[', ']'),
  'a long list': (size) => `[1${',1'.repeat(size)}]`,
  objects: around('{"a":', '}'),
  'a long object': (size) => `{${Array.from({ length: size }, (_, n) => `"k${n}":1`).join()}}`,
  functions: around('function($x){', '}'),
  'calls of functions': around('$string(', ')'),
  'functions called in place': around('(function($x){', '})(1)'),
  chains: behind(' ~> $string'),
  'chains in chains': around('(', ' ~> $string)'),
  'minus signs': around('-', ''),
  'minus signs on parentheses': around('-(', ')'),
  predicates: behind('[0]'),
  'predicates in predicates': (size) => `${'$a['.repeat(size)}0${']'.repeat(size)}`,
  'empty predicates': behind('[]'),
  'a long path': behind('.a'),
  'a path of lists': behind('.[1]'),
  'a path of names in backticks': behind('.`a b`'),
  'a path of strings': behind('."a"'),
  'a path in a path': around('$a.(', ')'),
  'a path of any': behind('.*'),
  parents: (size) => `$a${'.b'.repeat(size)}${'.%'.repeat(size)}`,
  'a parent in predicates': (size) => `$a.b${'[$.c'.repeat(size)}=%.d${']'.repeat(size)}`,
  'focus and index': behind('.a@$x#$i'),
  sorting: behind('^($)'),
  'sorting in sorting': (size) => `${'$a^('.repeat(size)}1${')'.repeat(size)}`,
  grouping: around('$a{"k": ', '}'),
  transforms: around('|$|{"a": ', '}|'),
  assignments: around('($x := ', ')'),
  'a chain of assignments': (size) => `(${'$x := '.repeat(size)}1)`,
  'many statements': (size) => `(${'$x := 1;'.repeat(size)} $x)`,
  sums: behind(' + 1'),
  'all operators': behind(' = $a and $b & "x" or $c in [1..2]'),
  'regular expressions': (size) => `[${'/a(b[c]{2})/i,'.repeat(size)}1]`,
  'a long regular expression': (size) =>
    `$contains("a", /${'(a'.repeat(20)}${')'.repeat(20)}${'b'.repeat(size)}/)`,
  comments: (size) => `${'/* c */ '.repeat(size)}1`,
  'a long comment': (size) => `/*${' * /'.repeat(size)}*/1`,
  'a long string': (size) => `"${'\\"a\\u0041'.repeat(size)}"`,
  'a long name': (size) => `$a.\`${'n'.repeat(size)}\``,
  numbers: (size) => `[${'1.5e3,'.repeat(size)}1]`,
  'a long number': (size) => `1.${'1'.repeat(size)}`,
  signatures: (size) => `function($x)<${'s'.repeat(size)}:s>{1}`,
  'brackets in signatures': (size) => `function($x)<${'a<'.repeat(size)}s${'>'.repeat(size)}>{1}`,
};

const JSONPATH: Readonly<Record<string, (size: number) => string>> = {
  'a long path': (size) => `$${'.a'.repeat(size)}`,
  'a long path in brackets': (size) => `$${"['a'][0]".repeat(size)}`,
  'descending again and again': (size) => `$${'..a'.repeat(size)}`,
  'a filter in a filter': (size) => `$.a${'[?(@.b'.repeat(size)}[0]${')]'.repeat(size)}`,
  'a filter of many parts': (size) => `$.a[?(@.b${' == 1 && @.b'.repeat(size)})]`,
  'a filter of parentheses': (size) => `$.a[?(${'('.repeat(size)}@.b${')'.repeat(size)})]`,
  'a filter of negations': (size) => `$.a[?(${'!'.repeat(size)}@.b)]`,
  'a filter of pairs': (size) => `$.a[?(${'(@.a || '.repeat(size)}@.b${')'.repeat(size)})]`,
  'a long list of names': (size) => `$['a'${",'a'".repeat(size)}]`,
  'a long list of indices': (size) => `$[0${',0'.repeat(size)}]`,
  'a long list in a filter': (size) => `$.a[?(@.b in [1${',1'.repeat(size)}])]`,
  'a long regular expression': (size) => `$.a[?(@.b =~ /${'(a|b)'.repeat(size)}/)]`,
  'a function of functions': (size) => `$.a${'.concat($.a'.repeat(size)}${')'.repeat(size)}`,
};

const INTRINSICS: Readonly<Record<string, (size: number) => string>> = {
  'calls in calls': (size) => `${'States.Array('.repeat(size)}1${')'.repeat(size)}`,
  'many arguments': (size) => `States.Array(1${',1'.repeat(size)})`,
  'many placeholders': (size) => `States.Format('${'{}'.repeat(size)}'${',1'.repeat(size)})`,
  'many escapes': (size) => `States.Array('${"\\'\\{\\\\".repeat(size)}')`,
  'a long path': (size) => `States.Array($${'.a'.repeat(size)})`,
};

const PLACES = {
  jsonata: (text: string) => ({ QueryLanguage: 'JSONata', Output: `{% ${text} %}` }),
  jsonpath: (text: string) => ({ InputPath: text }),
  intrinsic: (text: string) => ({ Parameters: { 'a.$': text } }),
} as const;

/** The text of a definition of one state with that expression. */
const definitionOf = (place: keyof typeof PLACES, text: string): string =>
  JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true, ...PLACES[place](text) } } });

/** Reads the definition, and runs it. */
function work(definition: string): void {
  parse(definition, { type: 'STANDARD' });
  simulate(
    compile(JSON.parse(definition)),
    { a: { b: { c: 1 } } },
    {
      start: 0,
      executionArn: undefined,
      stateMachineArn: undefined,
      roleArn: undefined,
      seed: 1,
      task: () => ({ kind: 'hangs' }),
    },
  );
}

/** Less than the depth at which parsers give up. */
const SIZE = 350;
/** Steps that a level or an item may take: in its definition's validation, its compilation and its evaluation. */
const STEPS_EACH = 600;

const rows = (place: keyof typeof PLACES, table: Readonly<Record<string, (size: number) => string>>) =>
  Object.entries(table).map(([title, write]) => [place, title, write] as const);

describe('steps grow with the size of an expression, or it is refused', () => {
  test.each([...rows('jsonata', JSONATA), ...rows('jsonpath', JSONPATH), ...rows('intrinsic', INTRINSICS)])(
    '%s: %s',
    async (place, _title, write) => {
      const steps = await countSteps(() => work(definitionOf(place, write(SIZE))));
      expect(steps).toBeLessThan(SIZE * STEPS_EACH);
      // That this ends says the rest.
      work(definitionOf(place, write(20_000)));
    },
  );
});
