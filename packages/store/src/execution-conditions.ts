import { executionIdFloor } from './execution-ids.ts';
import type { Fragment, Sql } from './sql.ts';
import { storedText } from './stored-text.ts';

/** Which executions a list shows; what is left out does not narrow it. All that is given must hold. */
export interface ExecutionFilter {
  readonly stateMachineArn?: string | undefined;
  readonly status?: readonly string[] | undefined;
  /** Started at or after. */
  readonly from?: Date | undefined;
  /** Started before. */
  readonly to?: Date | undefined;
  /** Beginning of the name. */
  readonly search?: string | undefined;
  readonly error?: string | undefined;
  /** The state whose failure ended it. */
  readonly failedState?: string | undefined;
  /** Seconds from start to end, the bounds included. An execution without an end has none. */
  readonly minDuration?: number | undefined;
  readonly maxDuration?: number | undefined;
  /** Archived events, the bounds included. */
  readonly minEvents?: number | undefined;
  readonly maxEvents?: number | undefined;
  /** A tag that its state machine has. */
  readonly tag?: { readonly key: string; readonly value: string } | undefined;
  /** A scalar of its input or output, as `leafText` of packages/history gives it. */
  readonly value?: string | undefined;
  /** How such a scalar begins. */
  readonly valuePrefix?: string | undefined;
  /** Where the scalar stands, as `readLeafPath` gives it. Counts only beside `value` or `valuePrefix`. */
  readonly path?: string | undefined;
  readonly side?: 'input' | 'output' | undefined;
  /** Only those with divergences. */
  readonly diverging?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export const AFTER_EVERY_TEXT = '\u{10ffff}';

/** What holds of ids within the time asked for, and of the page: `execution_id` of whatever table. */
export function within(sql: Sql, filter: ExecutionFilter, before?: string, floor?: string): Fragment {
  const { from, to } = filter;
  return sql`
    ${from === undefined ? sql`` : sql`and execution_id >= ${executionIdFloor(from)}`}
    ${to === undefined ? sql`` : sql`and execution_id < ${executionIdFloor(to)}`}
    ${before === undefined ? sql`` : sql`and execution_id < ${before}`}
    ${floor === undefined ? sql`` : sql`and execution_id >= ${floor}`}`;
}

export function nameBegins(sql: Sql, prefix: string): Fragment {
  const name = storedText(prefix);
  return sql`name ~>=~ ${name} and name ~<~ ${name + AFTER_EVERY_TEXT}`;
}

export function lasted(sql: Sql, { minDuration, maxDuration }: ExecutionFilter): Fragment {
  return sql`
    stop_date is not null
    ${minDuration === undefined ? sql`` : sql`and stop_date - start_date >= make_interval(secs => ${minDuration})`}
    ${maxDuration === undefined ? sql`` : sql`and stop_date - start_date <= make_interval(secs => ${maxDuration})`}`;
}

export function hasEvents(sql: Sql, { minEvents, maxEvents }: ExecutionFilter): Fragment {
  return sql`
    true
    ${minEvents === undefined ? sql`` : sql`and events >= ${minEvents}`}
    ${maxEvents === undefined ? sql`` : sql`and events <= ${maxEvents}`}`;
}

export function isValue(sql: Sql, value: string, path: string | undefined): Fragment {
  return sql`value = ${value} ${path === undefined ? sql`` : sql`and path = ${path}`}`;
}

export function valueBegins(sql: Sql, prefix: string, path: string | undefined): Fragment {
  return sql`
    value >= ${prefix} and value < ${prefix + AFTER_EVERY_TEXT} ${path === undefined ? sql`` : sql`and path = ${path}`}`;
}

/** All that a filter asks of an execution, but for its time, on the columns of `executions`. */
export function conditions(
  sql: Sql,
  filter: ExecutionFilter,
  stateMachineArns: readonly string[] | undefined,
): Fragment {
  const { status, search, error, failedState } = filter;
  return sql`
    ${stateMachineArns === undefined ? sql`` : sql`and state_machine_arn = any(${[...stateMachineArns]}::text[])`}
    ${status === undefined || status.length === 0 ? sql`` : sql`and status = any(${[...status]}::text[])`}
    ${search === undefined || search === '' ? sql`` : sql`and ${nameBegins(sql, search)}`}
    ${error === undefined ? sql`` : sql`and error = ${storedText(error)}`}
    ${failedState === undefined ? sql`` : sql`and failed_state = ${storedText(failedState)}`}
    ${asksDuration(filter) ? sql`and ${lasted(sql, filter)}` : sql``}
    ${asksEvents(filter) ? sql`and ${hasEvents(sql, filter)}` : sql``}`;
}

/** What a filter asks of other tables than `executions`: each a table with a condition. */
export function elsewhere(sql: Sql, filter: ExecutionFilter): readonly Fragment[] {
  const { value, valuePrefix, path, side, diverging } = filter;
  const ofValue = (condition: Fragment) =>
    sql`search_values where ${condition} ${side === undefined ? sql`` : sql`and side in (${side}, 'both')`}`;
  return [
    ...(value === undefined ? [] : [ofValue(isValue(sql, value, path))]),
    ...(valuePrefix === undefined ? [] : [ofValue(valueBegins(sql, valuePrefix, path))]),
    ...(diverging === true ? [sql`replays where divergences > 0`] : []),
  ];
}

export function asksDuration(filter: ExecutionFilter): boolean {
  return filter.minDuration !== undefined || filter.maxDuration !== undefined;
}

export function asksEvents(filter: ExecutionFilter): boolean {
  return filter.minEvents !== undefined || filter.maxEvents !== undefined;
}
