-- What an imported file says of an archived execution otherwise than the archive does: evidence, never taken over.
-- Local on a cluster; retention removes it with its execution.
create table import_conflicts (
  execution_arn  text not null,
  first_event_id integer not null,                   -- of the chunk that differs; 0: what differs is no event
  sha256         bytea not null,                     -- of the uncompressed evidence
  body           bytea not null,                     -- gzip of JSON: events as the file has them, or a statement
  origin         text not null,                      -- file and line
  message        text not null,
  found_at       timestamptz not null default now(),
  primary key (execution_arn, first_event_id, sha256)
);
