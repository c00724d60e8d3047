-- What whole passes through ListExecutions have found, by day of start (UTC). Local on a cluster.
create table coverage (
  state_machine_arn text not null,
  day               date not null,
  listed            integer not null,                -- executions that AWS listed, the most of any pass
  missing           integer not null,                -- of those the last pass met: neither archived nor asked for
  reconciled_at     timestamptz not null,
  primary key (state_machine_arn, day)
);

-- When AWS was found to have an execution's history no more.
alter table executions add column forgotten_at timestamptz;
create index on executions (state_machine_arn, execution_id) where not complete;

-- Counts by state machine and day are read from this index alone.
drop index executions_state_machine_arn_execution_id_idx;
create index on executions (state_machine_arn, execution_id desc) include (complete, status);
