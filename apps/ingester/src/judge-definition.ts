import type { WorkflowType } from '@steptrail/asl';
import { INTERPRETER_VERSION } from '@steptrail/interpreter';
import { checkDefinition, fingerprint, RULES } from '@steptrail/rules';
import { readCursor, type Sql, saveCursor, syncFindings } from '@steptrail/store';
import { announce } from './announce.ts';
import type { Judging } from './conclude.ts';
import { present } from './context.ts';
import type { Definition } from './definitions.ts';

const DEFINITION_RULES = RULES.filter((rule) => rule.subject === 'definition').map((rule) => rule.id);

/**
 * Judges a definition once for each version of the rules. One that does not parse is not judged, and keeps no findings
 * of an earlier one.
 */
export async function judgeDefinition(
  sql: Sql,
  context: Judging,
  subject: {
    readonly stateMachineArn: string;
    readonly type: WorkflowType;
    readonly definition: Definition;
  },
): Promise<void> {
  const { stateMachineArn, type, definition } = subject;
  const source = `judged ${stateMachineArn}`;
  const judged = `${INTERPRETER_VERSION} ${type} ${definition.sha256}`;
  if ((await readCursor(sql, source)) === judged) return;
  const { machine } = definition;
  const findings = machine === undefined ? [] : checkDefinition({ stateMachineArn, type, machine });
  const identified = findings.map((finding) => ({
    ...finding,
    findingId: fingerprint(finding, stateMachineArn),
  }));
  const now = present(context);
  const changes = await syncFindings(sql, { stateMachineArn, ruleIds: DEFINITION_RULES }, identified, now);
  await announce(sql, context, changes, now);
  await saveCursor(sql, source, judged);
}
