import { type StateMachine, type WorkflowType, walk } from '@steptrail/asl';
import { parseStatesArn } from '@steptrail/history';
import { INTERPRETER_VERSION } from '@steptrail/interpreter';
import { checkDefinition, fingerprint, RULES } from '@steptrail/rules';
import { readCursor, replaceActivityUses, type Sql, saveCursor, syncFindings } from '@steptrail/store';
import { announce } from './announce.ts';
import type { Judging } from './conclude.ts';
import { present } from './context.ts';
import type { Definition } from './definitions.ts';

const DEFINITION_RULES = RULES.filter((rule) => rule.subject === 'definition').map((rule) => rule.id);

function activityUsesOf(machine: StateMachine) {
  return [...walk(machine)].flatMap(({ name, state, pointer }) =>
    state.Type === 'Task' && parseStatesArn(state.Resource)?.kind === 'activity'
      ? [{ activityArn: state.Resource, state: name, pointer }]
      : [],
  );
}

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
  await replaceActivityUses(sql, stateMachineArn, machine === undefined ? [] : activityUsesOf(machine));
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
