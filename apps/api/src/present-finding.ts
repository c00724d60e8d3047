import { type RenderedFinding, renderFinding } from '@steptrail/rules';
import type { FindingRow } from '@steptrail/store';
import { Evidence, FindingData } from './resources/finding.ts';

const NO_EVIDENCE = { pointers: [], executions: [] };

function readJson({ data, evidence }: FindingRow) {
  return { data: FindingData.catch({}).parse(data), evidence: Evidence.catch(NO_EVIDENCE).parse(evidence) };
}

/** The finding in words. */
export function renderRow(row: FindingRow): RenderedFinding {
  const { ruleId, severity, message } = row;
  return renderFinding({ ruleId, severity, message, ...readJson(row), key: '' });
}

/** A stored finding with its words. */
export function presentFinding(row: FindingRow) {
  const { executionId, severityRank, message, ...kept } = row;
  const { title, text } = renderRow(row);
  return { ...kept, ...readJson(row), title, text };
}
