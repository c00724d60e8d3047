-- What a state machine was each time that it was described: Express executions, which AWS says nothing more of, are
-- judged by what it was when they started. One row as long as nothing changes. Local on a cluster.
create table state_machine_sightings (
  state_machine_arn text not null,
  first_seen_at     timestamptz not null,
  last_seen_at      timestamptz not null,
  revision_id       text not null,
  definition_sha256 text not null,
  log_level         text not null,
  log_group_name    text,                            -- null at level OFF
  primary key (state_machine_arn, first_seen_at)
);

-- unobserved: an Express execution started between two looks at its state machine that saw different revisions, or
-- before the first one.
alter table executions drop constraint executions_definition_assumed_check;
alter table executions add constraint executions_definition_assumed_check
  check (definition_assumed in ('forgotten', 'refused', 'unobserved'));
