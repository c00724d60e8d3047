import type { Client } from '@steptrail/store';

/**
 * Everything in the archive that is no bookkeeping, a line a row: two archives that hold the same have the same dump.
 * Bookkeeping is when a row was written or last looked at, ids that the database counts up, and the runs.
 */
export async function dump(sql: Client): Promise<readonly string[]> {
  const rows = await sql<{ line: string }[]>`
    select 'executions' || (to_jsonb(t) - 'archived_at')::text as line from executions t
    union all select 'execution_ids' || to_jsonb(t)::text from execution_ids t
    union all select 'chunks' || (to_jsonb(t) - 'body')::text || md5(body) from history_chunks t
    union all select 'replays' || (to_jsonb(t) - 'replayed_at')::text from replays t
    union all select 'visits' || to_jsonb(t)::text from visits t
    union all select 'failures' || to_jsonb(t)::text from failures t
    union all select 'search_values' || to_jsonb(t)::text from search_values t
    union all select 'findings' || to_jsonb(t)::text from findings t
    union all select 'alerts' || (to_jsonb(t) - 'alert_id')::text from alerts t
    union all select 'map_runs' || (to_jsonb(t) - 'described_at')::text from map_runs t
    union all select 'links' || to_jsonb(t)::text from execution_links t
    union all select 'sightings' || to_jsonb(t)::text from state_machine_sightings t
    union all select 'versions' || (to_jsonb(t) - 'first_seen_at')::text from state_machine_versions t
    union all select 'aliases' || (to_jsonb(t) - 'first_seen_at')::text from state_machine_aliases t
    union all select 'activities' || (to_jsonb(t) - 'first_seen_at')::text from activities t
    union all select 'definitions' || (to_jsonb(t) - 'first_seen_at')::text from definitions t
    union all select 'state_machines' || (to_jsonb(t) - 'first_seen_at' - 'last_seen_at')::text from state_machines t
    union all select 'revisions' || (to_jsonb(t) - 'first_seen_at')::text from state_machine_revisions t
    union all select 'tasks' || (to_jsonb(t) - 'created_at')::text from ingest_tasks t
    union all select 'cursors' || (to_jsonb(t) - 'updated_at')::text from ingest_cursors t
    union all select 'problems' || (to_jsonb(t) - 'first_at' - 'last_at' - 'times')::text from ingest_problems t`;
  return rows.map((row) => row.line).sort();
}
