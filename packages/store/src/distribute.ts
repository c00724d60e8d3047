import { holdPartitions } from './partitions.ts';
import type { Client, Sql } from './sql.ts';

/** The table whose shards those of all others stand beside. */
const FIRST = 'executions';

/** What has been done about a table on a cluster. */
export interface DistributedTable {
  readonly table: string;
  /** False: it was distributed before. */
  readonly changed: boolean;
}

/** The tables that a cluster spreads over its workers, those that others refer to first. */
async function listTables(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<
    { tableName: string }[]
  >`select table_name from partitioned_tables order by position`;
  return rows.map((row) => row.tableName);
}

/**
 * What of the schema keeps its tables from being distributed by execution_id, one sentence each: a key, unique index or
 * foreign key without that column, a foreign key to or from a table that stays local, a trigger, a function of ours
 * that workers do not have. Asks the catalog, and nothing of the cluster.
 */
export async function findObstacles(sql: Sql): Promise<readonly string[]> {
  const tables = await listTables(sql);
  const parents = sql`(select c.oid, c.relname as name from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relname = any(${[...tables]}::text[]))`;
  const rows = await sql<{ problem: string }[]>`
    with spread as ${parents}
    select format('Table %s is not partitioned by range of execution_id.', s.name) as problem from spread s
    where not exists (select from pg_partitioned_table p join pg_attribute a on a.attrelid = p.partrelid
                      where p.partrelid = s.oid and p.partstrat = 'r' and p.partnatts = 1
                        and a.attnum = p.partattrs[0] and a.attname = 'execution_id' and a.attnotnull)
    union all
    select format('The unique index %s of table %s does not hold execution_id.', i.indexrelid::regclass, s.name)
    from spread s join pg_index i on i.indrelid = s.oid and i.indisunique
    where not exists (select from pg_attribute a where a.attrelid = s.oid and a.attname = 'execution_id'
                        and a.attnum = any(i.indkey[0:i.indnkeyatts - 1]))
    union all
    select format('The foreign key %s of table %s leads to %s, which stays local.', f.conname, s.name, f.confrelid::regclass)
    from spread s join pg_constraint f on f.conrelid = s.oid and f.contype = 'f' and f.conparentid = 0
    where f.confrelid not in (select oid from spread)
    union all
    select format('The foreign key %s of table %s does not hold execution_id on both sides.', f.conname, s.name)
    from spread s join pg_constraint f on f.conrelid = s.oid and f.contype = 'f' and f.conparentid = 0
    where f.confrelid in (select oid from spread)
      and not exists (select from unnest(f.conkey, f.confkey) k (here, there)
                      join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.here
                      join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.there
                      where a.attname = 'execution_id' and b.attname = 'execution_id')
    union all
    select format('Table %s stays local, and its foreign key %s leads to %s.', f.conrelid::regclass, f.conname, s.name)
    from spread s join pg_constraint f on f.confrelid = s.oid and f.contype = 'f' and f.conparentid = 0
    where f.conrelid not in (select oid from spread)
    union all
    select format('Table %s has the trigger %s.', s.name, t.tgname)
    from spread s join pg_trigger t on t.tgrelid = s.oid and not t.tgisinternal
    union all
    select distinct format('Table %s needs the function %s, which the workers do not have.', s.name, d.refobjid::regprocedure)
    from spread s
    join (select indexrelid as oid, indrelid as relation from pg_index
          union all select oid, adrelid from pg_attrdef union all select oid, conrelid from pg_constraint) o
      on o.relation = s.oid
    join pg_depend d on d.objid = o.oid and d.refclassid = 'pg_proc'::regclass and d.refobjid >= 16384
    order by 1`;
  return rows.map((row) => row.problem);
}

/** What of the server keeps it from being a cluster for this archive, one sentence each. */
export async function findMissingOfCluster(sql: Sql): Promise<readonly string[]> {
  const [citus] = await sql`select from pg_extension where extname = 'citus'`;
  if (citus === undefined) {
    const [available] = await sql`select from pg_available_extensions where name = 'citus'`;
    return [
      available === undefined
        ? 'The server has no Citus: install it on every node, with citus in shared_preload_libraries.'
        : 'The extension is not in this database: run CREATE EXTENSION citus in it, on every node.',
    ];
  }
  const [nodes] = await sql<{ nodes: number }[]>`
    select count(*)::int as nodes from pg_dist_node where noderole = 'primary' and isactive and shouldhaveshards`;
  const [factor] = await sql<{ copies: string | null }[]>`
    select current_setting('citus.shard_replication_factor', true) as copies`;
  return [
    ...((nodes?.nodes ?? 0) === 0
      ? ["No node holds shards: name each with SELECT citus_add_node('host', 5432), on the coordinator."]
      : []),
    ...(factor?.copies !== '1'
      ? [
          `citus.shard_replication_factor is ${factor?.copies}: set it to 1, for foreign keys need that, and give the nodes standbys instead.`,
        ]
      : []),
  ];
}

/**
 * Spreads the partitioned tables over the cluster by execution_id, all shards of an execution on one node. A transaction
 * a table, for the locks on its shards and months are many; what is distributed already stays, so that after a fault it
 * is called again. Then the coordinator gives up what it had of them. Call it when `findObstacles` and
 * `findMissingOfCluster` give nothing, and while nobody writes.
 */
export async function* distributeTables(client: Client): AsyncGenerator<DistributedTable, void, undefined> {
  for (const table of await listTables(client)) {
    yield { table, changed: await client.begin((sql) => distribute(sql, table)) };
  }
  // Of the other tables too, for they refer to the first.
  await client`select truncate_local_data_after_distributing_table(${FIRST}::text::regclass)`;
}

async function distribute(sql: Sql, table: string): Promise<boolean> {
  await holdPartitions(sql);
  const known = await sql`select from pg_dist_partition where logicalrelid = ${table}::text::regclass`;
  if (known.length > 0) return false;
  await sql`
    select create_distributed_table(${table}::text::regclass, 'execution_id',
                                    colocate_with => ${table === FIRST ? 'none' : FIRST}::text)`;
  return true;
}
