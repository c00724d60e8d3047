import type { Sql } from './sql.ts';
import { storedText } from './stored-text.ts';

/** What a file says of an archived execution otherwise than the archive: evidence, never taken over. */
export interface ImportConflict {
  readonly executionArn: string;
  /** Of the chunk that differs; 0: what differs is not among the events. */
  readonly firstEventId: number;
  /** Of the uncompressed bytes of the evidence. */
  readonly sha256: Buffer;
  /** gzip of JSON: an array of events as the file has them, or a statement. */
  readonly body: Buffer;
  /** File and line, for people. */
  readonly origin: string;
  readonly message: string;
}

/** Keeps the evidence of a conflict; the same evidence once. */
export async function keepConflict(sql: Sql, given: ImportConflict): Promise<void> {
  await sql`
    insert into import_conflicts (execution_arn, first_event_id, sha256, body, origin, message)
    values (${given.executionArn}, ${given.firstEventId}, ${given.sha256}, ${given.body},
            ${storedText(given.origin)}, ${storedText(given.message)})
    on conflict (execution_arn, first_event_id, sha256) do nothing`;
}

/** All that was kept about an execution, in the order of the events. */
export async function listConflicts(
  sql: Sql,
  executionArn: string,
): Promise<readonly (ImportConflict & { readonly foundAt: Date })[]> {
  return sql<(ImportConflict & { foundAt: Date })[]>`
    select execution_arn, first_event_id, sha256, body, origin, message, found_at from import_conflicts
    where execution_arn = ${executionArn} order by first_event_id, found_at`;
}
