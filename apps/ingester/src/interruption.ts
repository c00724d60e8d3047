import { describeDatabaseError } from '@steptrail/store';
import type { ProgressEvent } from './context.ts';

/** What interrupted an ingest: the database as a rule, for everything else becomes a problem on the way. */
export function interruption(error: unknown): ProgressEvent {
  const goesOn = 'The ingest goes on at its next turn.';
  if (error instanceof Error && 'code' in error) {
    return {
      kind: 'problem',
      code: 'Database',
      message: `${describeDatabaseError(error, 'the database')} ${goesOn}`,
    };
  }
  const what = error instanceof Error ? error.message : String(error);
  return {
    kind: 'problem',
    code: 'Internal',
    message: `An ingest failed (${what}): please report this. ${goesOn}`,
  };
}
