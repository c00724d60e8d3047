import type { Leaf } from '@steptrail/history';
import type { Sql } from './sql.ts';

/** A value in an execution's input or output by which it is found. */
export interface NewSearchValue extends Leaf {
  readonly side: 'input' | 'output' | 'both';
}

/**
 * Puts these values in place of all that the execution has; what is there already is not written again.
 * @param isNew it has none
 */
export async function replaceSearchValues(
  sql: Sql,
  executionId: string,
  values: readonly NewSearchValue[],
  isNew = false,
): Promise<void> {
  if (isNew) return addSearchValues(sql, executionId, values);
  const kept = await sql<NewSearchValue[]>`
    select side, path, value from search_values where execution_id = ${executionId}`;
  const [given, there] = [new Set(values.map(keyOf)), new Set(kept.map(keyOf))];
  const gone = [...there].filter((key) => !given.has(key));
  if (gone.length > 0) {
    await sql`
      delete from search_values
      where execution_id = ${executionId} and side || length(path)::text || ' ' || path || value = any(${gone}::text[])`;
  }
  const fresh = values.filter((one) => !there.has(keyOf(one)));
  await addSearchValues(sql, executionId, fresh);
}

async function addSearchValues(
  sql: Sql,
  executionId: string,
  values: readonly NewSearchValue[],
): Promise<void> {
  if (values.length === 0) return;
  await sql`
    insert into search_values (execution_id, side, path, value)
    select ${executionId}::uuid, v.* from unnest(
      ${values.map(({ side }) => side)}::text[],
      ${values.map(({ path }) => path)}::text[],
      ${values.map(({ value }) => value)}::text[]) as v`;
}

/** What tells values apart, as the database makes it too: with the path's length, so that no two look alike. */
function keyOf({ side, path, value }: NewSearchValue): string {
  return `${side}${[...path].length} ${path}${value}`;
}
