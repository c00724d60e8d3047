import { parseStatesArn, stateMachineArnOf } from '@steptrail/history';
import { listSightings, readStateMachine, saveStateMachine } from '@steptrail/store';
import type { ExpressSubject } from './archive-express-execution.ts';
import { type IngestContext, present } from './context.ts';

/** What is known of the state machine of an execution; undefined: it is not of this account and Region. */
export type SubjectOf = (executionArn: string) => Promise<ExpressSubject | undefined>;

/**
 * Finds what is known of executions' state machines, once for each. One that nothing is known of, for it was deleted
 * before anybody looked, is noted as such.
 * @param ownAccountId undefined: of any account
 */
export function createSubjects(context: IngestContext, ownAccountId: string | undefined): SubjectOf {
  const { sql, source } = context;
  const { region } = source;
  const known = new Map<string, Promise<ExpressSubject['sightings']>>();
  const look = async (stateMachineArn: string, name: string, accountId: string) => {
    const sightings = await listSightings(sql, stateMachineArn);
    if (sightings.length === 0 && (await readStateMachine(sql, stateMachineArn)) === undefined) {
      const row = { stateMachineArn, name, type: 'EXPRESS', accountId, region } as const;
      await saveStateMachine(sql, row, present(context));
    }
    return sightings;
  };
  return async (executionArn) => {
    const arn = parseStatesArn(executionArn);
    const stateMachineArn = stateMachineArnOf(executionArn);
    if (arn?.kind !== 'express' || stateMachineArn === undefined) return undefined;
    if (arn.region !== region || arn.accountId !== (ownAccountId ?? arn.accountId)) return undefined;
    const sightings =
      known.get(stateMachineArn) ?? look(stateMachineArn, arn.stateMachineName, arn.accountId);
    known.set(stateMachineArn, sightings);
    return { executionArn, stateMachineArn, sightings: await sightings };
  };
}
