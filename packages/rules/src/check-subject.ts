import { RULES } from './catalogue.ts';
import type { DefinitionSubject, ExecutionSubject, Finding, Rule } from './rule.ts';
import { SEVERITIES } from './severity.ts';

/**
 * What the definition rules say of one definition: the gravest first, then by rule and key.
 * @param rules which rules to ask; all of them when not given. Rules on executions are passed over.
 */
export function checkDefinition(subject: DefinitionSubject, rules: readonly Rule[] = RULES): Finding[] {
  const found: Finding[] = [];
  for (const rule of rules) {
    if (rule.subject !== 'definition') continue;
    for (const finding of rule.check(subject)) found.push({ ruleId: rule.id, ...finding });
  }
  return found.sort(compareFindings);
}

/** What the execution rules say of one execution, at the time `subject.now`. Order as in `checkDefinition`. */
export function checkExecution(subject: ExecutionSubject, rules: readonly Rule[] = RULES): Finding[] {
  const found: Finding[] = [];
  for (const rule of rules) {
    if (rule.subject !== 'execution') continue;
    for (const finding of rule.check(subject)) found.push({ ruleId: rule.id, ...finding });
  }
  return found.sort(compareFindings);
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.key, b.key)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
