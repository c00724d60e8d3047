import type { Client } from '@steptrail/store';

/** Why a column is not compared. */
type Reason =
  /** It says when, or in which order, this installation came to it, not what AWS said or what follows from that. */
  | 'own course'
  /** It changes with every pass, whether or not there is something new. */
  | 'every pass';

interface Content {
  /** Columns, separated by blanks. */
  readonly compared: string;
  readonly leftOut?: Readonly<Record<string, Reason>>;
  /** Members of a column's JSON that are left out. */
  readonly leftOutOf?: Readonly<Record<string, Readonly<Record<string, Reason>>>>;
  /** Which rows; all unless told. */
  readonly from?: string;
}

/** Every table of the archive that says anything about what is archived. */
export const CONTENTS: Readonly<Record<string, Content>> = {
  activities: {
    compared: 'activity_arn name creation_date encryption_configuration gone_at',
    leftOut: { first_seen_at: 'own course' },
  },
  activity_uses: { compared: 'activity_arn state_machine_arn pointer state' },
  alerts: {
    compared: 'finding_id opening change destination notification attempts given_up_at last_error',
    leftOut: {
      alert_id: 'own course',
      created_at: 'own course',
      next_attempt_at: 'own course',
      delivered_at: 'own course',
    },
  },
  coverage: { compared: 'state_machine_arn day listed missing', leftOut: { reconciled_at: 'own course' } },
  definitions: {
    compared: 'definition_sha256 definition problems',
    leftOut: { first_seen_at: 'own course' },
  },
  execution_ids: { compared: 'execution_arn execution_id' },
  execution_links: { compared: 'execution_id relation other_execution_arn event_id' },
  execution_looks: {
    compared: 'execution_arn',
    leftOut: { looks: 'every pass', looked_at: 'every pass' },
  },
  executions: {
    compared:
      'execution_id execution_arn state_machine_arn name type source status start_date stop_date redrive_count redrive_date state_machine_version_arn state_machine_alias_arn map_run_arn revision_id definition_sha256 events last_event_id complete failed_state error cause problem seal_due forgotten_at definition_assumed',
    leftOut: { archived_at: 'own course' },
  },
  failures: { compared: 'execution_id event_id state error cause failed_at' },
  findings: {
    compared:
      'finding_id rule_id severity severity_rank message data evidence state_machine_arn execution_arn execution_id openings',
    leftOut: { opened_at: 'own course', last_seen_at: 'every pass', resolved_at: 'own course' },
    // How long something had waited when it was judged.
    leftOutOf: {
      data: { waitedSeconds: 'own course', overdueSeconds: 'own course', leftSeconds: 'own course' },
    },
  },
  history_chunks: {
    compared: 'execution_id first_event_id last_event_id events codec raw_bytes sha256 body',
  },
  import_conflicts: {
    compared: 'execution_arn first_event_id sha256 body origin message',
    leftOut: { found_at: 'own course' },
  },
  ingest_cursors: { compared: 'source', leftOut: { cursor: 'own course', updated_at: 'every pass' } },
  ingest_problems: {
    compared: 'subject code message',
    leftOut: { first_at: 'own course', last_at: 'every pass', times: 'every pass' },
  },
  ingest_tasks: {
    compared: 'execution_arn state_machine_arn priority listed account_id region',
    leftOut: {
      due_at: 'own course',
      attempts: 'own course',
      last_error: 'own course',
      created_at: 'own course',
      looks: 'every pass',
    },
  },
  legal_holds: { compared: 'subject reason', leftOut: { placed_at: 'own course' } },
  listed_children: { compared: 'execution_arn map_run_arn' },
  map_runs: {
    compared:
      'execution_id map_run_arn execution_arn state_machine_arn state started_event_id last_event_id status start_date stop_date max_concurrency tolerated_failure_count tolerated_failure_percentage item_counts execution_counts redrive_count redrive_date children_listed children_missing gone_at due_at account_id region',
    leftOut: { described_at: 'every pass', children_reconciled_at: 'every pass' },
  },
  replays: {
    compared:
      'execution_id interpreter_version last_event_id agrees unverifiable divergences unverifiable_detail divergence_detail pending largest_payload map_runs recheck_at failure loops map_items taken',
    leftOut: { replayed_at: 'own course' },
  },
  retention_policies: { compared: 'scope keep_days', leftOut: { set_at: 'own course' } },
  seals: {
    compared: 'kind subject statement digest local',
    // What was sealed before it was whole has an entry more.
    from: '(select distinct on (kind, subject) * from seals order by kind, subject, position desc)',
    leftOut: { position: 'own course', sealed_at: 'own course', chain: 'own course' },
  },
  search_values: { compared: 'execution_id side path value' },
  state_machine_aliases: {
    compared:
      'state_machine_alias_arn state_machine_arn name description routing_configuration creation_date update_date gone_at',
    leftOut: { first_seen_at: 'own course' },
  },
  state_machine_revisions: {
    compared: 'state_machine_arn revision_id definition_sha256 role_arn',
    // AWS tells of the update only where it is asked with what an execution ran.
    leftOut: { first_seen_at: 'own course', update_date: 'own course' },
  },
  state_machine_sightings: {
    compared: 'state_machine_arn revision_id definition_sha256 log_level log_group_name',
    leftOut: { first_seen_at: 'own course', last_seen_at: 'every pass' },
  },
  state_machine_versions: {
    compared:
      'state_machine_version_arn state_machine_arn version creation_date description revision_id definition_sha256 gone_at',
    leftOut: { first_seen_at: 'own course' },
  },
  state_machines: {
    compared:
      'state_machine_arn name type status account_id region creation_date revision_id definition_sha256 role_arn logging_configuration tracing_configuration tags gone_at encryption_configuration retention_days',
    leftOut: { first_seen_at: 'own course', last_seen_at: 'every pass' },
  },
  visits: {
    compared:
      'execution_id entered_event_id exited_event_id state state_type path pointer entered_at exited_at attempts outcome error input_bytes output_bytes events',
  },
};

/** Tables that say nothing of what is archived, each with why. */
export const OTHER_TABLES: Readonly<Record<string, string>> = {
  ingest_runs: 'the passes themselves',
  partitioned_tables: 'the schema',
  quota_buckets: 'what was called lately',
  schema_migrations: 'the schema',
  seal_head: 'where the log of seals ends: as its order, and checked by verify',
};

/**
 * Everything in the archive, a line a row: two archives that hold the same have the same dump, whatever disturbed the
 * making of either. With `exact` what differs between two archives is in it too: nothing is written again in one.
 */
export async function dump(sql: Client, { exact = false } = {}): Promise<readonly string[]> {
  const columns = await sql<{ table: string; column: string; type: string }[]>`
    select table_name as table, column_name as column, data_type as type from information_schema.columns
    where table_schema = 'public'`;
  const types = new Map(columns.map(({ table, column, type }) => [`${table}.${column}`, type]));
  const texts = Object.entries(CONTENTS).map(([table, content]) => {
    const { compared, leftOut = {}, leftOutOf = {}, from = table } = content;
    const own = Object.keys(leftOut).filter((column) => exact && leftOut[column] === 'own course');
    const selected = [...compared.split(' '), ...own].map((column) => {
      if (types.get(`${table}.${column}`) === 'bytea') return `encode(sha256(${column}), 'hex') as ${column}`;
      const members = exact ? [] : Object.keys(leftOutOf[column] ?? {});
      return `${[column, ...members.map((member) => `'${member}'`)].join(' - ')} as ${column}`;
    });
    return `select '${table} ' || to_jsonb(r)::text as line from (select ${selected.join(', ')} from ${from} t) r`;
  });
  const rows = await sql.unsafe<{ line: string }[]>(texts.join(' union all '));
  return rows.map((row) => row.line).sort();
}

/** The lines of a dump that are rows of these tables. */
export function rowsOf(lines: readonly string[], ...tables: readonly string[]): readonly string[] {
  return lines.filter((line) => tables.includes(line.slice(0, line.indexOf(' '))));
}
