-- Running executions that AWS was asked for: how often, and when last. Shared by all processes, so that none asks for
-- what another has just read. Local on a cluster; gone with the end of the execution.
create table execution_looks (
  execution_arn text primary key,
  looks         integer not null,
  looked_at     timestamptz not null
);

-- How often its execution had been looked at when the task was decided on: after another look it is done.
alter table ingest_tasks add column looks integer not null default 0;
