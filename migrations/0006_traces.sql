-- What replay counts beside the visits.
alter table replays
  add column failure   jsonb,                            -- the one that ended the execution
  add column loops     jsonb not null default '[]',      -- what a turn costs in events
  add column map_items jsonb not null default '[]',      -- what an item costs in events
  add column taken     jsonb not null default '[]';      -- retriers, catchers, branches of Choices
