import { ensurePartitions, type Sql } from '@steptrail/store';

type Client = Parameters<typeof ensurePartitions>[0];

/** An archive of a year, made by the database itself: what lists have to walk through. */
export interface LargeStore {
  readonly executions: number;
  readonly visitsEach: number;
}

export const MACHINES = 200;
export const machineArn = (n: number) => `arn:aws:states:eu-central-1:111122223333:stateMachine:machine-${n}`;

/** When the first execution starts, and how long after it the last. */
export const FROM = new Date('2025-06-01T00:00:00Z');
const DAYS = 365;

/**
 * Two connections share the work. Indexes are made when the rows are in, as one does who fills a table; triggers rest, and
 * nothing but executions is logged ahead.
 */
export async function fillStore(open: () => Client, { executions, visitsEach }: LargeStore): Promise<void> {
  const [one, two] = [open(), open()];
  try {
    const months = Array.from({ length: 13 }, (_, n) => new Date(Date.UTC(2025, 5 + n, 1)));
    await ensurePartitions(one, months);
    for (const client of [one, two]) {
      await client`set session_replication_role = replica`;
      await client`set maintenance_work_mem = '1GB'`;
    }
    await insertStateMachines(one);
    const indexes = await takeIndexes(one);
    await setUnlogged(one);
    await insertExecutions(one, executions);
    await Promise.all([insertVisits(one, visitsEach), insertConclusions(two)]);
    const ofVisits = indexes.filter(({ table }) => table === 'visits');
    const ofOthers = indexes.filter(({ table }) => table !== 'visits');
    const create = async (client: Client, given: typeof indexes) => {
      for (const { definition } of given) await client.unsafe(definition);
    };
    await Promise.all([
      create(one, [...ofVisits, ...ofOthers.filter(({ table }) => table === 'search_values')]),
      create(
        two,
        ofOthers.filter(({ table }) => table !== 'search_values'),
      ),
    ]);
    await one`vacuum (analyze)`;
  } finally {
    await Promise.all([one.end(), two.end()]);
  }
}

async function insertStateMachines(sql: Sql): Promise<void> {
  await sql`
    insert into state_machines (state_machine_arn, name, type, account_id, region, tags)
    select ${machineArn(0).slice(0, -1)} || n, 'machine-' || n, 'STANDARD', '111122223333', 'eu-central-1',
           jsonb_build_array(jsonb_build_object('key', 'team', 'value', 'team-' || n % 20))
    from generate_series(0, ${MACHINES - 1}) n`;
}

/** Drops the indexes that are no keys, and gives what makes them again. */
async function takeIndexes(
  sql: Sql,
): Promise<readonly { readonly table: string; readonly definition: string }[]> {
  const indexes = await sql<{ table: string; name: string; definition: string }[]>`
    select t.relname as table, c.oid::regclass::text as name,
           replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ') as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    where t.relkind = 'p' and not i.indisunique order by 2`;
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
  return indexes;
}

async function setUnlogged(sql: Sql): Promise<void> {
  const partitions = await sql<{ name: string }[]>`
    select i.inhrelid::regclass::text as name from pg_inherits i
    where i.inhparent = any(array['visits', 'search_values', 'replays', 'failures']::regclass[])`;
  for (const { name } of partitions) await sql.unsafe(`alter table ${name} set unlogged`);
}

async function insertExecutions(sql: Sql, executions: number): Promise<void> {
  await sql`
    insert into executions (execution_id, execution_arn, state_machine_arn, name, type, source, status, start_date,
                            stop_date, events, last_event_id, complete, error, failed_state)
    select (left(uuid_floor(at)::text, 14) || '7' || right(md5(n::text), 3) || '-8' || right(md5(n::text), 3) || '-'
            || left(md5(n::text), 12))::uuid,
           replace(machine, ':stateMachine:', ':execution:') || ':order-' || n, machine, 'order-' || n, 'STANDARD',
           'history', status, at,
           case when status <> 'RUNNING' then at + interval '1 second' * ((n % 997) * (1 + n % 13)) end,
           10 + (n % 4999), 10 + (n % 4999), status <> 'RUNNING',
           case when status = 'FAILED' then 'Error' || n % 701 end,
           case when status = 'FAILED' then 'State' || n % 10 end
    from generate_series(1, ${executions}) n,
      lateral (select ${FROM}::timestamptz + (n::float8 / ${executions}) * ${DAYS} * interval '1 day' as at,
                      ${machineArn(0).slice(0, -1)} || (n::bigint * 7919) % ${MACHINES} as machine,
                      case when n % 50 = 0 then 'FAILED' when n % 9973 = 0 then 'RUNNING' else 'SUCCEEDED' end as status) f`;
}

async function insertConclusions(sql: Sql): Promise<void> {
  await sql`insert into execution_ids select execution_arn, execution_id from executions`;
  await sql`
    insert into replays (execution_id, interpreter_version, last_event_id, agrees, unverifiable, divergences)
    select execution_id, 1, events, events, 0, (events % 1009 = 0)::int from executions`;
  await sql`
    insert into failures (execution_id, event_id, state, error, failed_at)
    select execution_id, events, failed_state, error, stop_date from executions where status = 'FAILED'`;
  await sql`
    insert into search_values (execution_id, side, path, value)
    select execution_id, v.*
    from (select execution_id, substr(name, 7)::int as n, status from executions) e, lateral (values
      ('input', '$.orderId', 'A-' || n), ('input', '$.customer.id', 'C-' || (n * 31) % 50000),
      ('input', '$.currency', case when n % 10 < 7 then 'EUR' else 'USD' end), ('input', '$.items[*].sku', 'sku-' || n % 3000),
      ('output', '$.orderId', 'A-' || n)) v
    where v.column1 = 'input' or status = 'SUCCEEDED'`;
}

async function insertVisits(sql: Sql, each: number): Promise<void> {
  await sql`
    insert into visits (execution_id, entered_event_id, exited_event_id, state, state_type, path, entered_at, exited_at,
                        attempts, outcome, input_bytes, output_bytes, events)
    select execution_id, n * 4, n * 4 + 3, 'State' || n, 'Task', '/State' || n, start_date, start_date, 1, 'succeeded',
           300, 300, 4
    from executions, generate_series(1, ${each}) n`;
}
