import type { ChoiceRule, ChoiceState } from '@steptrail/asl';
import { atPlaces, placesOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';

export const choiceDefaultMissing: DefinitionRule = {
  id: 'choice-default-missing',
  subject: 'definition',
  severity: 'low',
  title: 'Choice without a Default',
  why: 'When no rule matches, the execution fails with States.NoChoiceMatched, and a Choice cannot catch it. It happens on the day a new value first arrives.',
  mend: 'Add Default: the normal way on, or a Fail state that names what was unexpected.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html',
  messages: { missing: '{state} has {rules} rules and no Default, and its rules do not cover every value.' },
  examples: {
    valid: [
      {
        title: 'a Default',
        type: 'STANDARD',
        definition: {
          StartAt: 'Paid?',
          States: {
            'Paid?': {
              Type: 'Choice',
              Choices: [{ Variable: '$.status', StringEquals: 'PAID', Next: 'Done' }],
              Default: 'Unpaid',
            },
            Done: { Type: 'Succeed' },
            Unpaid: { Type: 'Fail', Error: 'Unpaid' },
          },
        },
      },
      {
        title: 'the rules are each other’s opposite',
        type: 'STANDARD',
        definition: {
          StartAt: 'Paid?',
          States: {
            'Paid?': {
              Type: 'Choice',
              Choices: [
                { Variable: '$.paid', BooleanEquals: true, Next: 'Done' },
                { Variable: '$.paid', BooleanEquals: false, Next: 'Unpaid' },
              ],
            },
            Done: { Type: 'Succeed' },
            Unpaid: { Type: 'Fail', Error: 'Unpaid' },
          },
        },
      },
    ],
    invalid: [
      {
        title: 'a status that nobody has thought of',
        type: 'STANDARD',
        definition: {
          StartAt: 'Paid?',
          States: {
            'Paid?': {
              Type: 'Choice',
              Choices: [
                { Variable: '$.status', StringEquals: 'PAID', Next: 'Done' },
                { Variable: '$.status', StringEquals: 'REFUSED', Next: 'Unpaid' },
              ],
            },
            Done: { Type: 'Succeed' },
            Unpaid: { Type: 'Fail', Error: 'Unpaid' },
          },
        },
      },
    ],
  },
  *check({ machine, type }) {
    for (const place of placesOf(machine, type)) {
      const { state } = place;
      if (state.Type !== 'Choice' || state.Default !== undefined || coversEverything(state)) continue;
      yield {
        severity: 'low',
        message: 'missing',
        data: { state: place.name, rules: state.Choices.length },
        evidence: atPlaces([place]),
        key: place.pointer,
      };
    }
  },
};

const TWO_VALUED = [
  'BooleanEquals',
  'IsPresent',
  'IsNull',
  'IsBoolean',
  'IsNumeric',
  'IsString',
  'IsTimestamp',
] as const;

/** Whether two rules say true and false of the same, one is the other's Not, or one is always true. */
function coversEverything(choice: ChoiceState): boolean {
  const seen = new Set<string>();
  for (const rule of choice.Choices) {
    if (rule.Condition === true || rule.Condition === '{% true %}') return true;
    for (const operator of TWO_VALUED) {
      const value = rule[operator];
      if (typeof value !== 'boolean') continue;
      if (seen.has(`${operator} ${rule.Variable} ${!value}`)) return true;
      seen.add(`${operator} ${rule.Variable} ${value}`);
    }
    const test = JSON.stringify(testOf(rule));
    const opposite =
      rule.Not === undefined ? JSON.stringify({ Not: testOf(rule) }) : JSON.stringify(testOf(rule.Not));
    if (seen.has(opposite)) return true;
    seen.add(test);
  }
  return false;
}

/** What a rule tests, without where it leads. */
function testOf(rule: Partial<ChoiceRule>): Partial<ChoiceRule> {
  const { Next: _next, Comment: _comment, Assign: _assign, Output: _output, ...test } = rule;
  return test;
}
