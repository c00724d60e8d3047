import type { Sql } from './sql.ts';
import { storedJson } from './stored-text.ts';

/** How far a source (a state machine's list, a log group's records) has been read; undefined: not yet. */
export async function readCursor(sql: Sql, source: string): Promise<unknown> {
  const [row] = await sql<{ cursor: unknown }[]>`select cursor from ingest_cursors where source = ${source}`;
  return row?.cursor;
}

/** Keeps how far a source has been read: any JSON value. */
export async function saveCursor(sql: Sql, source: string, cursor: unknown): Promise<void> {
  await sql`
    insert into ingest_cursors (source, cursor) values (${source}, ${storedJson(cursor)}::text::jsonb)
    on conflict (source) do update set cursor = excluded.cursor, updated_at = now()`;
}

/** Whether any source whose name begins so has a cursor with these members. */
export async function someCursorHas(
  sql: Sql,
  prefix: string,
  members: Readonly<Record<string, string | number | boolean>>,
): Promise<boolean> {
  const rows = await sql`
    select from ingest_cursors
    where starts_with(source, ${prefix}) and cursor @> ${JSON.stringify(members)}::text::jsonb limit 1`;
  return rows.length === 1;
}
