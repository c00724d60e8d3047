-- The log of seals: what was archived and when, each entry chained to the one before. Local on a cluster. It only
-- grows: nothing of the product changes or deletes an entry.
create table seals (
  position  bigint primary key,                      -- 1, 2, 3 … without gaps
  kind      text not null check (kind in ('execution', 'definition', 'removal')),
  subject   text not null,                           -- an execution's ARN or a definition's sha256
  sealed_at timestamptz not null,
  statement text not null,                           -- what is sealed; the same in every installation
  digest    bytea not null,                          -- sha256 of the statement
  local     text not null,                           -- what is so in this installation alone
  chain     bytea not null                           -- sha256 over this entry and the chain before it
);
create index on seals (subject, position desc);

create function refuse_change_of_seals() returns trigger
  language plpgsql as $$
begin
  raise exception 'The log of seals only grows: an entry is never changed or removed.';
end $$;
create trigger seals_only_grow before update or delete or truncate on seals
  for each statement execute function refuse_change_of_seals();

-- Where the log ends: an end that is cut off does not fit it.
create table seal_head (
  only_row boolean primary key default true check (only_row),
  position bigint not null,
  chain    bytea not null
);
insert into seal_head (position, chain) values (0, decode(repeat('00', 32), 'hex'));

-- Closed and archived to its end, and new or changed since it was sealed.
alter table executions add column seal_due boolean not null default false;
update executions set seal_due = true where complete;
create index on executions (execution_id) where seal_due;
