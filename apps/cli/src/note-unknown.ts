import { findExecutionId, readStateMachine, type Sql } from '@steptrail/store';
import { writeNote } from './write-output.ts';

/** Says so where the archive has nothing of an ARN: it may come, or be mistyped. */
export async function noteUnknown(sql: Sql, arn: string): Promise<void> {
  const known = (await findExecutionId(sql, arn)) ?? (await readStateMachine(sql, arn));
  if (known === undefined) {
    writeNote(`The archive has nothing of ${arn} yet: check that this is the ARN that you mean.`);
  }
}
