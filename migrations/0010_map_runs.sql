-- What executions say of each other. Both tables have the months of executions, and go with their execution.

-- Map Runs, by the execution that started them. What AWS no longer says of one stays as it was said last.
create table map_runs (
  execution_id                 uuid not null references executions on delete cascade, -- of the parent
  map_run_arn                  text not null,
  execution_arn                text not null,             -- of the parent
  state_machine_arn            text not null,             -- of the parent
  state                        text,                      -- the Map state; null where the history does not lead to it
  started_event_id             integer,                   -- of the parent; null: found by ListMapRuns
  last_event_id                integer not null default 0, -- of the parent's events about it
  status                       text,
  start_date                   timestamptz,
  stop_date                    timestamptz,
  max_concurrency              integer,                   -- from here on as DescribeMapRun has it
  tolerated_failure_count      double precision,
  tolerated_failure_percentage double precision,
  item_counts                  jsonb,
  execution_counts             jsonb,
  redrive_count                integer not null default 0,
  redrive_date                 timestamptz,
  children_listed              integer,                   -- child executions at the last whole pass through their list
  described_at                 timestamptz,
  gone_at                      timestamptz,               -- when AWS was found to know it no more
  due_at                       timestamptz,               -- when to ask AWS again; null: all is known
  account_id                   text generated always as (split_part(map_run_arn, ':', 5)) stored,
  region                       text generated always as (split_part(map_run_arn, ':', 4)) stored,
  primary key (execution_id, map_run_arn)
) partition by range (execution_id);
create index on map_runs (map_run_arn);
create index on map_runs (account_id, region, due_at) where due_at is not null;

-- What an execution's own events say of another one: that it started it, or was started by it.
create table execution_links (
  execution_id        uuid not null references executions on delete cascade,
  relation            text not null check (relation in ('parent', 'child')), -- what the other is to this one
  other_execution_arn text not null,
  event_id            integer not null,
  primary key (execution_id, relation, other_execution_arn)
) partition by range (execution_id);
create index on execution_links (other_execution_arn, relation, execution_id);

insert into partitioned_tables (table_name) values ('map_runs'), ('execution_links');
select create_missing_partitions();

create index on executions (map_run_arn, execution_id desc) where map_run_arn is not null;
