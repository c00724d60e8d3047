import type { Visit } from '@steptrail/interpreter';
import { type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { Sql } from './sql.ts';
import { storedKey, storedKeyOrNull, storedText, storedTextOrNull } from './stored-text.ts';

export interface VisitRow {
  readonly executionId: string;
  readonly enteredEventId: number;
  readonly exitedEventId: number | null;
  readonly state: string;
  readonly stateType: string;
  readonly path: string;
  readonly pointer: string | null;
  readonly enteredAt: Date;
  readonly exitedAt: Date | null;
  readonly attempts: number;
  readonly outcome: string;
  readonly error: string | null;
  readonly inputBytes: number | null;
  readonly outputBytes: number | null;
  readonly events: number;
}

/** A visit to save, as replay's trace holds it; times in epoch milliseconds. */
export type NewVisit = Omit<Visit, 'retries' | 'catcher' | 'choice'>;

/** So many are written at once: the texts of a statement are held whole. */
const AT_ONCE = 5000;

/**
 * Puts these visits in place of all that the execution has. Pass a transaction.
 * @param isNew it has none
 */
export async function replaceVisits(
  sql: Sql,
  executionId: string,
  visits: readonly NewVisit[],
  isNew = false,
): Promise<void> {
  if (isNew) return addVisits(sql, executionId, visits);
  const removal = sql`delete from visits where execution_id = ${executionId}`.execute();
  await Promise.all([removal, addVisits(sql, executionId, visits)]); // sent together
}

async function addVisits(sql: Sql, executionId: string, visits: readonly NewVisit[]): Promise<void> {
  for (let from = 0; from < visits.length; from += AT_ONCE) {
    await insertVisits(sql, executionId, visits.slice(from, from + AT_ONCE));
  }
}

async function insertVisits(sql: Sql, executionId: string, visits: readonly NewVisit[]): Promise<void> {
  const at = (milliseconds: number | undefined) =>
    milliseconds === undefined ? null : new Date(milliseconds).toISOString();
  await sql`
    insert into visits (
      execution_id, entered_event_id, exited_event_id, state, state_type, path, pointer, entered_at, exited_at,
      attempts, outcome, error, input_bytes, output_bytes, events)
    select ${executionId}::uuid, v.* from unnest(
      ${visits.map((visit) => visit.enteredEventId)}::int[],
      ${visits.map((visit) => visit.exitedEventId ?? null)}::int[],
      ${visits.map((visit) => storedKey(visit.state))}::text[],
      ${visits.map((visit) => visit.stateType)}::text[],
      ${visits.map((visit) => storedText(visit.path))}::text[],
      ${visits.map((visit) => storedTextOrNull(visit.pointer))}::text[],
      ${visits.map((visit) => at(visit.entered))}::timestamptz[],
      ${visits.map((visit) => at(visit.exited))}::timestamptz[],
      ${visits.map((visit) => visit.attempts)}::int[],
      ${visits.map((visit) => visit.outcome)}::text[],
      ${visits.map((visit) => storedKeyOrNull(visit.error))}::text[],
      ${visits.map((visit) => visit.inputBytes ?? null)}::int[],
      ${visits.map((visit) => visit.outputBytes ?? null)}::int[],
      ${visits.map((visit) => visit.events)}::int[]) as v
    on conflict (execution_id, entered_event_id) do nothing`;
}

/** The visits of an execution in the order in which they were entered. */
export async function listVisits(
  sql: Sql,
  executionId: string,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<VisitRow>> {
  const [after] = readPageCursor(page.cursor, ['number']) ?? [];
  const rows = await sql<VisitRow[]>`
    select execution_id, entered_event_id, exited_event_id, state, state_type, path, pointer, entered_at, exited_at,
           attempts, outcome, error, input_bytes, output_bytes, events
    from visits where execution_id = ${executionId} and entered_event_id > ${after ?? -1}
    order by entered_event_id limit ${pageSize(page.limit) + 1}`;
  return pageOf(rows, page.limit, (row) => [row.enteredEventId]);
}
