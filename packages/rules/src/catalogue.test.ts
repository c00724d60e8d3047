import { parseValue, type StateMachine } from '@steptrail/asl';
import { normaliseHistory } from '@steptrail/history';
import { replay } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { RULES, ruleById } from './catalogue.ts';
import { checkDefinition, checkExecution } from './check-subject.ts';
import { renderFinding } from './render-finding.ts';
import type { DefinitionExample, ExecutionExample, Finding, Rule } from './rule.ts';
import { isAtLeast } from './severity.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:111111111111:stateMachine:example';
const executionArn = 'arn:aws:states:eu-west-1:111111111111:execution:example:one';

function machineOf({ definition, type }: DefinitionExample): StateMachine {
  const parsed = parseValue(definition, { type });
  if (!parsed.ok) throw new Error(`invalid example: ${JSON.stringify(parsed.problems)}`);
  return parsed.machine;
}

function findingsIn(rule: Rule, example: DefinitionExample | ExecutionExample): Finding[] {
  const subject = { stateMachineArn, type: example.type, machine: machineOf(example) };
  if (rule.subject === 'definition') return checkDefinition(subject, [rule]);
  if (!('history' in example)) throw new Error('an execution rule needs a history');
  const { events, problems } = normaliseHistory(example.history);
  expect(problems).toEqual([]);
  const trace = replay(subject.machine, events, { type: example.type });
  if (rule.id !== 'execution-diverges') expect(trace.divergences).toEqual([]);
  return checkExecution({ ...subject, executionArn, trace, now: example.now }, [rule]);
}

test('ids are stable words, and no two rules share one', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  for (const { id } of RULES) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(ruleById('no-such-rule')).toBeUndefined();
});

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  test('has words and examples of both kinds', () => {
    for (const text of [rule.title, rule.why, rule.mend]) expect(text.length).toBeGreaterThan(10);
    expect(rule.reference).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    expect(rule.examples.valid.length).toBeGreaterThan(0);
    expect(rule.examples.invalid.length).toBeGreaterThan(0);
  });

  test.each(rule.examples.valid.map((example) => [example.title, example] as const))(
    'clear: %s',
    (_title, example) => {
      expect(findingsIn(rule, example)).toEqual([]);
    },
  );

  test.each(rule.examples.invalid.map((example) => [example.title, example] as const))(
    'found: %s',
    (_title, example) => {
      const findings = findingsIn(rule, example);
      expect(findings.length).toBeGreaterThan(0);
      for (const finding of findings) {
        expect(isAtLeast(rule.severity, finding.severity)).toBe(true);
        expect(Object.keys(rule.messages)).toContain(finding.message);
        expect(renderFinding(finding).text).not.toMatch(/[{}]|unknown|NaN/);
        expect(finding.evidence.pointers.length + finding.evidence.executions.length).toBeGreaterThan(0);
      }
      expect(new Set(findings.map(({ key }) => key)).size).toBe(findings.length);
    },
  );
});
