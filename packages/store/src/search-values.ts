import type { Leaf } from '@steptrail/history';
import type { Sql } from './sql.ts';

/** A value in an execution's input or output by which it is found. */
export interface NewSearchValue extends Leaf {
  readonly side: 'input' | 'output';
}

/** Puts these values in place of all that the execution has; what is there already is not written again. */
export async function replaceSearchValues(
  sql: Sql,
  executionId: string,
  values: readonly NewSearchValue[],
): Promise<void> {
  await sql`
    with given as (
      select * from unnest(
        ${values.map(({ side }) => side)}::text[],
        ${values.map(({ path }) => path)}::text[],
        ${values.map(({ value }) => value)}::text[]) as g (side, path, value)),
    kept as materialized (
      select side, path, value from search_values where execution_id = ${executionId}),
    gone as (
      delete from search_values v where v.execution_id = ${executionId}
        and (v.side, v.path, v.value) not in (select side, path, value from given))
    insert into search_values (execution_id, side, path, value)
    select ${executionId}::uuid, side, path, value from given
    where (side, path, value) not in (select side, path, value from kept)`;
}
