import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  compileChoiceRule,
  compileDynamicText,
  compileJsonataTemplate,
  compilePath,
  compilePayloadTemplate,
  compileReferencePath,
  type Json,
  type Scope,
  unknownDraws,
} from './index.ts';
import { isObject } from './json.ts';

const scope = (input: Json): Scope => ({
  input,
  context: () => ({}),
  variables: () => undefined,
  draws: unknownDraws(),
});

const pieces = [
  '$',
  '$$',
  '$v',
  '.',
  '..',
  '*',
  '[',
  ']',
  '(',
  ')',
  "'",
  '"',
  '?',
  '@',
  '@.a',
  '==',
  '&&',
  '||',
  '!',
  '=~',
  '/a+/',
  ',',
  ':',
  '-1',
  '0',
  '2',
  'a',
  'b',
  'States.Format',
  'States.Array(',
  'length()',
  '{}',
  '\\',
  ' ',
  'in',
  '{%',
  '%}',
  'function($x){',
  '}',
  '+',
  '~>',
  '^',
  '#$i',
  '$map',
  '$sum(',
  '__proto__',
  '😀',
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
const json = fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value)));

it('whatever the definition and the payload, the outcome is data', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), json, (source, input) => {
      const outcomes = [
        compilePath(source)(scope(input)),
        compileDynamicText(source, 'x.$')(scope(input)),
        compileReferencePath(source).read(scope(input)),
        compileReferencePath(source).write(input, 1),
        compilePayloadTemplate({ 'x.$': source })(scope(input)),
        compileJsonataTemplate(`{%${source}%}`, 'Output')(scope(input)),
        compileChoiceRule({ Variable: source, StringMatches: source })(scope(input)),
        compileChoiceRule(isObject(input) ? input : {})(scope(input)),
      ];
      for (const outcome of outcomes) expect(typeof outcome.ok).toBe('boolean');
    }),
    { numRuns: 400 },
  );
});
