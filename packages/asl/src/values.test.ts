// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of templates look like that
import { describe } from 'vitest';
import { check, choice, INVOKE, inner, jsonata, map, one, pass, task } from './definition-cases.ts';
import type { ParseOptions } from './problem.ts';

describe('payload templates and paths', () => {
  check([
    [
      'paths, context, variables, intrinsics',
      pass({
        Parameters: {
          'a.$': '$.x[0]',
          'b.$': '$$.Execution.Id',
          'c.$': '$v.w',
          'd.$': "States.Format('{}', $.y)",
          e: [{ 'f.$': '$' }],
        },
      }),
      [],
    ],
    ['no path', pass({ Parameters: { 'a.$': 'x' } }), ['INVALID_INTRINSIC /States/S/Parameters/a.$']],
    ['no string', pass({ Parameters: { 'a.$': 1 } }), ['INVALID_TEMPLATE /States/S/Parameters/a.$']],
    [
      'same member twice',
      pass({ Parameters: { 'a.$': '$', a: 1 } }),
      ['INVALID_TEMPLATE /States/S/Parameters/a.$'],
    ],
    ['a literal Result is not looked into', pass({ Result: { 'a.$': 1 } }), []],
    [
      'illegal escape',
      pass({ Parameters: { 'a.$': `States.Format('\\"{}', $.x)` } }),
      ['INVALID_INTRINSIC /States/S/Parameters/a.$'],
    ],
    [
      'unknown function',
      pass({ Parameters: { 'a.$': 'States.Now()' } }),
      ['INVALID_INTRINSIC /States/S/Parameters/a.$'],
    ],
    [
      'unbalanced',
      pass({ Parameters: { 'a.$': 'States.Array($.a' } }),
      ['INVALID_INTRINSIC /States/S/Parameters/a.$'],
    ],
    ['intrinsic in InputPath', pass({ InputPath: 'States.UUID()' }), ['INVALID_PATH /States/S/InputPath']],
    ['blanks behind a path', pass({ InputPath: '$.a ' }), []],
    ['a blank in a path', pass({ InputPath: '$.a b' }), ['INVALID_PATH /States/S/InputPath']],
    ['signs in a name', pass({ InputPath: `$.it's.a"b".c]d)` }), []],
    ['a point at the end', pass({ InputPath: '$.a.' }), ['INVALID_PATH /States/S/InputPath']],
    ['filter in InputPath', pass({ InputPath: "$.a[?(@.b == 'x]')].c" }), []],
    [
      'filter in ResultPath',
      pass({ ResultPath: '$.a[?(@.b)]' }),
      ['INVALID_REFERENCE_PATH /States/S/ResultPath'],
    ],
    [
      'ResultPath into the context',
      pass({ ResultPath: '$$.a' }),
      ['INVALID_REFERENCE_PATH /States/S/ResultPath'],
    ],
    [
      'ResultPath into a variable',
      pass({ ResultPath: '$v.a' }),
      ['INVALID_REFERENCE_PATH /States/S/ResultPath'],
    ],
    ['variables', pass({ Assign: { 'a.$': '$.x', größe: 1 } }), []],
    [
      'reserved variable',
      pass({ Assign: { states: 1, '1a': 1 } }),
      ['INVALID_VARIABLE /States/S/Assign/states', 'INVALID_VARIABLE /States/S/Assign/1a'],
    ],
  ]);
});

describe('choice rules', () => {
  check([
    [
      'JSONPath rules',
      choice(
        { Variable: '$.a', StringEquals: 'x', Next: 'T' },
        {
          And: [
            { Variable: '$.a', IsPresent: true },
            { Not: { Variable: '$.a', NumericLessThanPath: '$.b' } },
          ],
          Next: 'T',
          Comment: 'c',
        },
      ),
      [],
    ],
    ['no comparison', choice({ Variable: '$.a', Next: 'T' }), ['INVALID_CHOICE_RULE /States/S/Choices/0']],
    [
      'two comparisons',
      choice({ Variable: '$.a', IsNull: true, IsString: true, Next: 'T' }),
      ['INVALID_CHOICE_RULE /States/S/Choices/0'],
    ],
    ['no Variable', choice({ IsNull: true, Next: 'T' }), ['INVALID_CHOICE_RULE /States/S/Choices/0']],
    ['no Next', choice({ Variable: '$.a', IsNull: true }), ['REQUIRED_FIELD /States/S/Choices/0']],
    [
      'Next inside And',
      choice({ And: [{ Variable: '$.a', IsNull: true, Next: 'T' }], Next: 'T' }),
      ['UNKNOWN_FIELD /States/S/Choices/0/And/0/Next'],
    ],
    ['empty Or', choice({ Or: [], Next: 'T' }), ['WRONG_TYPE /States/S/Choices/0/Or']],
    [
      'wrong type of constant',
      choice({ Variable: '$.a', NumericEquals: '1', Next: 'T' }),
      ['WRONG_TYPE /States/S/Choices/0/NumericEquals'],
    ],
    [
      'unknown operator',
      choice({ Variable: '$.a', StringMatchesPath: '$.b', Next: 'T' }),
      ['UNKNOWN_FIELD /States/S/Choices/0/StringMatchesPath', 'INVALID_CHOICE_RULE /States/S/Choices/0'],
    ],
    [
      'missing target',
      choice({ Variable: '$.a', IsNull: true, Next: 'X' }),
      ['MISSING_TARGET /States/S/Choices/0/Next'],
    ],
    ['JSONata rule', { ...choice({ Condition: '{% true %}', Next: 'T' }), ...jsonata }, []],
    [
      'JSONata without Condition',
      { ...choice({ Next: 'T' }), ...jsonata },
      ['REQUIRED_FIELD /States/S/Choices/0'],
    ],
    [
      'JSONata with a literal condition',
      { ...choice({ Condition: 'true', Next: 'T' }), ...jsonata },
      ['INVALID_EXPRESSION /States/S/Choices/0/Condition'],
    ],
    [
      'JSONPath rule in JSONata',
      { ...choice({ Condition: '{% true %}', Variable: '$.a', Next: 'T' }), ...jsonata },
      ['FIELD_OF_OTHER_LANGUAGE /States/S/Choices/0/Variable'],
    ],
  ]);
});

describe('JSONata', () => {
  check([
    [
      'fields',
      task(
        {
          Arguments: { a: ['{% $states.input %}'] },
          Output: '{% 1 %}',
          Assign: { v: 1 },
          TimeoutSeconds: '{% 5 %}',
        },
        jsonata,
      ),
      [],
    ],
    [
      'JSONPath fields',
      task({ Parameters: {}, ResultPath: '$' }, jsonata),
      ['FIELD_OF_OTHER_LANGUAGE /States/S/Parameters', 'FIELD_OF_OTHER_LANGUAGE /States/S/ResultPath'],
    ],
    ['JSONata fields in JSONPath', pass({ Output: 1 }), ['FIELD_OF_OTHER_LANGUAGE /States/S/Output']],
    [
      'expression in a JSONPath number',
      task({ TimeoutSeconds: '{% 5 %}' }),
      ['WRONG_TYPE /States/S/TimeoutSeconds'],
    ],
    ['a state of its own language', pass({ Output: 1, ...jsonata }), []],
    [
      'downgrade',
      pass({ QueryLanguage: 'JSONPath' }, jsonata),
      ['LANGUAGE_DOWNGRADE /States/S/QueryLanguage'],
    ],
    [
      'nested states inherit from the machine, not from the state around',
      map({ ...jsonata, ItemProcessor: inner({ Type: 'Pass', Result: 1, End: true }) }),
      [],
    ],
    ['unbalanced', pass({ Output: { a: '{% (1 %}' } }, jsonata), ['INVALID_EXPRESSION /States/S/Output/a']],
    [
      'brackets in strings, comments and patterns',
      pass({ Output: `{% $match("(", /[a\\/]/) /* ) */ & ')' & (4 / 2) %}` }, jsonata),
      [],
    ],
    ['not closed', pass({ Output: '{% 1' }, jsonata), ['INVALID_EXPRESSION /States/S/Output']],
    ['blanks outside make a literal', pass({ Output: ' {% 1 %} ' }, jsonata), []],
    [
      'no timestamp',
      one({ Type: 'Wait', Timestamp: 'soon', ...jsonata }),
      ['INVALID_TIMESTAMP /States/S/Timestamp'],
    ],
  ]);
});

describe('workflow type', () => {
  const of = (Resource: string): object => one({ Type: 'Task', Resource });
  const activity = of('arn:aws:states:us-east-1:123456789012:activity:a');
  const refused = ['NOT_IN_EXPRESS /States/S/Resource'];
  const express: ParseOptions = { type: 'EXPRESS' };
  check([
    ['activity in Standard', activity, []],
    ['activity in Express', activity, refused, express],
    ['.sync in Express', of('arn:aws:states:::states:startExecution.sync:2'), refused, express],
    [
      '.waitForTaskToken in Express',
      of('arn:aws:states:::sqs:sendMessage.waitForTaskToken'),
      refused,
      express,
    ],
    ['request-response in Express', of(INVOKE), [], express],
    [
      '.sync in Express children of a distributed Map',
      map({
        ItemProcessor: {
          ...inner({ Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync', End: true }),
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        },
      }),
      ['NOT_IN_EXPRESS /States/S/ItemProcessor/States/I/Resource'],
    ],
  ]);
});

describe('placeholders', () => {
  const template = {
    StartAt: '${First}',
    States: {
      '${First}': { Type: 'Task', Resource: '${Fn}', TimeoutSeconds: '${Limit}', Next: '${Last}' },
      S: {
        Type: 'Task',
        Resource: 'arn:${AWS::Partition}:states:::sqs:sendMessage',
        InputPath: '${Path}',
        End: true,
      },
    },
  };
  check([
    ['accepted in their mode', template, [], { placeholders: true }],
    ['in an expression', pass({ Output: '{% ${Name}.a & $x %}' }, jsonata), [], { placeholders: true }],
    [
      'still judged where the kind is known',
      one({ Type: 'Task', Resource: 'arn:${AWS::Partition}:states:::dynamodb:getItem.sync' }),
      [],
      { placeholders: true },
    ],
    [
      'not accepted without',
      task({ TimeoutSeconds: '${Limit}', Resource: '${Fn}' }),
      ['WRONG_TYPE /States/S/TimeoutSeconds', 'INVALID_RESOURCE /States/S/Resource'],
    ],
  ]);
});
