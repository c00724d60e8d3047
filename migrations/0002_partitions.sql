-- Which tables have monthly partitions over execution_id. A migration that adds one names it here and then calls
-- create_missing_partitions(), for months may be there already. Not read from the catalog: on a cluster that holds
-- the shards of partitioned tables too.
create table partitioned_tables (
  position   integer generated always as identity primary key, -- parents of foreign keys first
  table_name text not null unique
);
insert into partitioned_tables (table_name)
values ('executions'), ('history_chunks'), ('replays'), ('visits'), ('failures');

-- Creates the partitions of the month that holds `at`, unless they are there. Callers hold an advisory lock.
create or replace function create_month_partitions(at timestamptz) returns void
  language plpgsql as $$
declare
  month  timestamptz := date_trunc('month', at at time zone 'UTC') at time zone 'UTC';
  next   timestamptz := (date_trunc('month', at at time zone 'UTC') + interval '1 month') at time zone 'UTC';
  suffix text := to_char(at at time zone 'UTC', 'YYYY_MM');
  parent text;
begin
  for parent in select table_name from partitioned_tables order by position loop
    if to_regclass(parent || '_' || suffix) is null then
      execute format('create table %I partition of %I for values from (%L) to (%L)',
                     parent || '_' || suffix, parent, uuid_floor(month), uuid_floor(next));
    end if;
  end loop;
end $$;

-- Gives every partitioned table the months that `executions` has.
create function create_missing_partitions() returns void
  language plpgsql as $$
declare
  partition text;
begin
  for partition in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'executions'::regclass order by 1
  loop
    perform create_month_partitions(to_timestamp(right(partition, 7) || '_01', 'YYYY_MM_DD')::timestamp at time zone 'UTC');
  end loop;
end $$;
