export { RULES, ruleById } from './catalogue.ts';
export { checkDefinition, checkExecution } from './check-subject.ts';
export { fingerprint } from './fingerprint.ts';
export { formatDuration, type RenderedFinding, renderFinding } from './render-finding.ts';
export type {
  DefinitionExample,
  DefinitionRule,
  DefinitionSubject,
  Evidence,
  ExecutionExample,
  ExecutionRule,
  ExecutionSubject,
  Finding,
  Rule,
  Severity,
} from './rule.ts';
export { isAtLeast, isSeverity, SEVERITIES } from './severity.ts';
