-- What else there is beside executions. Local on a cluster. What AWS no longer lists stays, with the time.

create table state_machine_versions (
  state_machine_version_arn text primary key,
  state_machine_arn         text not null,
  version                   integer,
  creation_date             timestamptz,
  description               text,
  revision_id               text,                    -- null: it could not be described
  definition_sha256         text,
  first_seen_at             timestamptz not null default now(),
  gone_at                   timestamptz
);
create index on state_machine_versions (state_machine_arn, version desc);

create table state_machine_aliases (
  state_machine_alias_arn text primary key,
  state_machine_arn       text not null,
  name                    text not null,
  description             text,
  routing_configuration   jsonb not null default '[]', -- as DescribeStateMachineAlias gives it
  creation_date           timestamptz,
  update_date             timestamptz,
  first_seen_at           timestamptz not null default now(),
  gone_at                 timestamptz
);
create index on state_machine_aliases (state_machine_arn, name);

create table activities (
  activity_arn             text primary key,
  name                     text not null,
  creation_date            timestamptz,
  encryption_configuration jsonb,
  first_seen_at            timestamptz not null default now(),
  gone_at                  timestamptz
);

alter table state_machines add column encryption_configuration jsonb;
