-- What executions are searched by beside what they are.

create index on executions (failed_state, execution_id desc) where failed_state is not null;
create index on executions ((stop_date - start_date), execution_id) where stop_date is not null;
create index on executions (events, execution_id);

-- The scalar leaves of inputs and outputs, up to the bounds that packages/history/src/leaves.ts states. A conclusion: it
-- can be rebuilt from the chunks. Secrets stand here as they do in the chunks. Without a primary key, for no index but
-- these pays: the first holds one short entry an execution.
create table search_values (
  execution_id uuid not null references executions on delete cascade,
  side         text not null check (side in ('input', 'output')),
  path         text collate "C" not null,            -- '$.items[*].sku'
  value        text collate "C" not null             -- C: what begins alike stands together
) partition by range (execution_id);
create index on search_values (execution_id);
create index on search_values (value, execution_id desc);
create index on search_values (path, value, execution_id desc);

insert into partitioned_tables (table_name) values ('search_values');
select create_missing_partitions();

create index on state_machines using gin (tags jsonb_path_ops);
