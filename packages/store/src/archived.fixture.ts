import { executionIdFor } from './execution-ids.ts';
import type { NewExecution } from './executions.ts';

const PLACE = { accountId: '123456789012', region: 'eu-central-1' };
export const MACHINE = `arn:aws:states:${PLACE.region}:${PLACE.accountId}:stateMachine:order`;
export const START = new Date('2026-10-05T10:00:00.123Z');

/** The `n`th execution of a state machine: a minute after the one before. */
export function execution(n: number, given: Partial<NewExecution> = {}): NewExecution {
  const stateMachineArn = given.stateMachineArn ?? MACHINE;
  const name = given.name ?? `run-${n}`;
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const startDate = given.startDate ?? new Date(START.getTime() + n * 60_000);
  return {
    executionId: executionIdFor(executionArn, startDate),
    executionArn,
    stateMachineArn,
    name,
    type: 'STANDARD',
    source: 'history',
    status: 'SUCCEEDED',
    startDate,
    ...given,
  };
}
