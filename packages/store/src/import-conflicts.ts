import { type Page, pageOf, pageSize, readPageCursor } from './page.ts';
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

export type ImportConflictRow = ImportConflict & { readonly foundAt: Date };

/** What was kept about an execution, in the order of the events. */
export async function listConflicts(
  sql: Sql,
  executionArn: string,
  filter: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<ImportConflictRow>> {
  const [eventId = -1, sha256 = ''] = readPageCursor(filter.cursor, ['number', 'text']) ?? [];
  const rows = await sql<ImportConflictRow[]>`
    select execution_arn, first_event_id, sha256, body, origin, message, found_at from import_conflicts
    where execution_arn = ${executionArn}
      and (first_event_id, sha256) > (${eventId}, decode(${sha256}, 'hex'))
    order by first_event_id, sha256 limit ${pageSize(filter.limit) + 1}`;
  return pageOf(rows, filter.limit, (row) => [row.firstEventId, row.sha256.toString('hex')]);
}

/** Executions of which files say otherwise than the archive, by ARN after one, each with how much was kept. */
export async function listConflicting(
  sql: Sql,
  after: string,
  limit: number,
): Promise<readonly { readonly executionArn: string; readonly conflicts: number }[]> {
  return sql<{ executionArn: string; conflicts: number }[]>`
    select execution_arn, count(*)::float8 as conflicts from import_conflicts
    where execution_arn > ${after} group by execution_arn order by execution_arn limit ${limit}`;
}
