-- The archive: what AWS said, verbatim, and what replay and the rules concluded from it.
--
-- execution_id is a time-ordered UUID (version 7): partition key and, on a cluster, distribution column at once.
-- Every primary key, unique constraint and foreign key of the partitioned tables therefore holds it.

create table definitions (
  definition_sha256 text primary key,                -- of the canonical text
  definition        text not null,                   -- as AWS gave it
  problems          jsonb not null default '[]',     -- what asl.parse says of it; empty: valid
  first_seen_at     timestamptz not null default now()
);

create table state_machines (
  state_machine_arn     text primary key,
  name                  text not null,
  type                  text not null check (type in ('STANDARD', 'EXPRESS')),
  status                text,
  account_id            text not null,
  region                text not null,
  creation_date         timestamptz,
  revision_id           text,
  definition_sha256     text references definitions,
  role_arn              text,
  logging_configuration jsonb,
  tracing_configuration jsonb,
  tags                  jsonb not null default '[]',
  first_seen_at         timestamptz not null default now(),
  last_seen_at          timestamptz not null default now(),
  gone_at               timestamptz                  -- when AWS no longer listed it
);
create index on state_machines (name, state_machine_arn);

-- revision_id '' stands for the first revision, which AWS leaves without an id.
create table state_machine_revisions (
  state_machine_arn text not null references state_machines,
  revision_id       text not null,
  definition_sha256 text not null references definitions,
  role_arn          text,
  update_date       timestamptz,
  first_seen_at     timestamptz not null default now(),
  primary key (state_machine_arn, revision_id)
);

-- Gives each execution ARN its execution_id, once and for ever.
create table execution_ids (
  execution_arn text primary key,
  execution_id  uuid not null
);

create table executions (
  execution_id              uuid primary key,
  execution_arn             text not null,
  state_machine_arn         text not null,
  name                      text not null,
  type                      text not null check (type in ('STANDARD', 'EXPRESS')),
  source                    text not null check (source in ('history', 'logs', 'import')),
  status                    text not null,
  start_date                timestamptz not null,
  stop_date                 timestamptz,
  redrive_count             integer not null default 0,
  redrive_date              timestamptz,
  state_machine_version_arn text,
  state_machine_alias_arn   text,
  map_run_arn               text,
  revision_id               text,
  definition_sha256         text,
  events                    integer not null default 0, -- archived so far
  last_event_id             integer not null default 0,
  complete                  boolean not null default false, -- the history is archived to its end
  failed_state              text,
  error                     text,
  cause                     text,
  problem                   text,                       -- why it could not be archived or replayed, one sentence
  archived_at               timestamptz not null default now()
) partition by range (execution_id);

create index on executions (state_machine_arn, execution_id desc);
create index on executions (status, execution_id desc) include (events); -- lists, and all counts without the rows
create index on executions (state_machine_arn, status, execution_id desc);
create index on executions (name text_pattern_ops);
create index on executions (execution_arn);
create index on executions (error, execution_id desc) where error is not null;

create table history_chunks (
  execution_id   uuid not null references executions on delete cascade,
  first_event_id integer not null,
  last_event_id  integer not null,
  events         integer not null,
  codec          smallint not null,                     -- 1: gzip of a JSON array of events, 2: of log records
  raw_bytes      integer not null,                      -- uncompressed
  sha256         bytea not null,                        -- of the uncompressed bytes
  body           bytea not null,
  primary key (execution_id, first_event_id)
) partition by range (execution_id);
alter table history_chunks alter column body set storage external;

-- From here on: conclusions. They can be dropped and rebuilt from the chunks at any time.

create table replays (
  execution_id        uuid primary key references executions on delete cascade,
  interpreter_version integer not null,
  replayed_at         timestamptz not null default now(),
  last_event_id       integer not null,
  agrees              integer not null,
  unverifiable        integer not null,
  divergences         integer not null,
  unverifiable_detail jsonb not null default '[]',      -- the first 100
  divergence_detail   jsonb not null default '[]',      -- the first 100
  pending             jsonb not null default '[]',
  largest_payload     jsonb,
  map_runs            jsonb not null default '[]',
  recheck_at          timestamptz                       -- when time alone can change the verdict
) partition by range (execution_id);
create index on replays (execution_id desc) where divergences > 0;
create index on replays (recheck_at) where recheck_at is not null;
create index on replays (interpreter_version);

create table visits (
  execution_id     uuid not null references executions on delete cascade,
  entered_event_id integer not null,
  exited_event_id  integer,
  state            text not null,
  state_type       text not null,
  path             text not null,
  pointer          text,
  entered_at       timestamptz not null,
  exited_at        timestamptz,
  attempts         integer not null,
  outcome          text not null,
  error            text,
  input_bytes      integer,
  output_bytes     integer,
  events           integer not null,
  primary key (execution_id, entered_event_id)
) partition by range (execution_id);
create index on visits (state, execution_id desc);

create table failures (
  execution_id uuid not null references executions on delete cascade,
  event_id     integer not null,
  state        text,
  error        text,
  cause        text,
  failed_at    timestamptz not null,
  primary key (execution_id, event_id)
) partition by range (execution_id);
create index on failures (error, execution_id desc);
create index on failures (failed_at) include (error, execution_id);

create table findings (
  finding_id        text primary key,                   -- fingerprint: rule, subject and key
  rule_id           text not null,
  severity          text not null check (severity in ('critical', 'high', 'medium', 'low', 'information')),
  severity_rank     smallint not null,                  -- 0 critical … 4 information
  message           text not null,
  data              jsonb not null,
  evidence          jsonb not null,
  state_machine_arn text not null,
  execution_arn     text,
  execution_id      uuid,
  opened_at         timestamptz not null default now(),
  last_seen_at      timestamptz not null default now(),
  resolved_at       timestamptz,
  openings          integer not null default 1          -- how often it was opened; announced once each time
);
create index on findings (severity_rank, opened_at desc, finding_id desc) where resolved_at is null;
create index on findings (severity_rank, opened_at desc, finding_id desc);
create index on findings (state_machine_arn, severity_rank, opened_at desc, finding_id desc);
create index on findings (rule_id, severity_rank, opened_at desc, finding_id desc);
create index on findings (execution_arn, severity_rank, opened_at desc, finding_id desc) where execution_arn is not null;
create index on findings (state_machine_arn) where execution_arn is null;

-- The outbox: written in the transaction that changes the finding, delivered later, retried until it arrives.
create table alerts (
  alert_id        bigint generated always as identity primary key,
  finding_id      text not null references findings on delete cascade,
  opening         integer not null,
  change          text not null check (change in ('opened', 'resolved')),
  destination     text not null,                        -- 'webhook' or 'sns'
  notification    jsonb not null,
  created_at      timestamptz not null default now(),
  attempts        integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  delivered_at    timestamptz,
  given_up_at     timestamptz,
  last_error      text,
  unique (finding_id, opening, change, destination)
);
create index on alerts (next_attempt_at) where delivered_at is null and given_up_at is null;

-- Work of the ingesters, claimed with FOR UPDATE SKIP LOCKED. priority 0 goes first.
create table ingest_tasks (
  execution_arn     text primary key,
  state_machine_arn text not null,
  priority          smallint not null,
  due_at            timestamptz not null default now(),
  listed            jsonb not null,                     -- the row of ListExecutions that asked for it
  attempts          integer not null default 0,
  last_error        text,
  created_at        timestamptz not null default now()
);
create index on ingest_tasks (priority, due_at);

-- How far each source has been read: a state machine's list, a log group's records.
create table ingest_cursors (
  source     text primary key,
  cursor     jsonb not null,
  updated_at timestamptz not null default now()
);

-- What went wrong and has not gone right since, one sentence each: what, where, what to do.
create table ingest_problems (
  subject  text primary key,                            -- operation and resource
  code     text not null,
  message  text not null,
  first_at timestamptz not null default now(),
  last_at  timestamptz not null default now(),
  times    integer not null default 1
);

create table ingest_runs (
  run_id      bigint generated always as identity primary key,
  source      jsonb not null,                           -- account, region, endpoint, sandbox
  started_at  timestamptz not null default now(),
  finished_at timestamptz,
  progress    jsonb not null default '{}'
);

-- The smallest UUID version 7 of an instant: where a month's partition begins.
create function uuid_floor(at timestamptz) returns uuid
  language sql immutable parallel safe
  return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '0000' || '0000' || '000000000000')::uuid;

-- The instant (milliseconds) that a UUID version 7 carries: the time of start, read from an index alone.
create function uuid_time(id uuid) returns timestamptz
  language sql immutable parallel safe
  return to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0);

-- Creates the partitions of the month that holds `at`, unless they are there. Callers hold an advisory lock.
create function create_month_partitions(at timestamptz) returns void
  language plpgsql as $$
declare
  month  timestamptz := date_trunc('month', at at time zone 'UTC') at time zone 'UTC';
  next   timestamptz := (date_trunc('month', at at time zone 'UTC') + interval '1 month') at time zone 'UTC';
  suffix text := to_char(at at time zone 'UTC', 'YYYY_MM');
  parent text;
begin
  foreach parent in array array['executions', 'history_chunks', 'replays', 'visits', 'failures'] loop
    if to_regclass(parent || '_' || suffix) is null then
      execute format('create table %I partition of %I for values from (%L) to (%L)',
                     parent || '_' || suffix, parent, uuid_floor(month), uuid_floor(next));
    end if;
  end loop;
end $$;
