-- How long what is archived is kept. Without a policy: for ever. Local on a cluster, as are the holds.
create table retention_policies (
  scope     text primary key,                        -- '*', a state machine's ARN, or 'tag:KEY=VALUE'
  keep_days integer not null check (keep_days > 0),  -- after the end of an execution
  set_at    timestamptz not null default now()
);

-- What retention must not remove, whatever its policies say.
create table legal_holds (
  subject   text primary key,                        -- an execution's or a state machine's ARN
  reason    text not null,
  placed_at timestamptz not null default now()
);

-- Drops a month's partitions if nothing is in them; tells whether it did. Callers hold the lock of the partitions.
create function drop_empty_month(suffix text) returns boolean
  language plpgsql as $$
declare
  parent text;
  filled boolean;
begin
  for parent in select table_name from partitioned_tables order by position loop
    execute format('lock table %I in access exclusive mode', parent || '_' || suffix);
    execute format('select exists (select from %I)', parent || '_' || suffix) into filled;
    if filled then return false; end if;
  end loop;
  -- The others refer to executions, which therefore go last.
  for parent in select table_name from partitioned_tables order by position desc loop
    execute format('alter table %I detach partition %I', parent, parent || '_' || suffix);
    execute format('drop table %I', parent || '_' || suffix);
  end loop;
  return true;
end $$;
