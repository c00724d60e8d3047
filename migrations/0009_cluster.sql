-- The same as before, in statements that a cluster takes too: no subquery stands where a value does.
create or replace function drop_empty_month(suffix text) returns boolean
  language plpgsql as $$
declare
  parent text;
  filled integer;
begin
  for parent in select table_name from partitioned_tables order by position loop
    execute format('lock table %I in access exclusive mode', parent || '_' || suffix);
    execute format('select 1 from %I limit 1', parent || '_' || suffix) into filled;
    if filled is not null then return false; end if;
  end loop;
  -- The others refer to executions, which therefore go last.
  for parent in select table_name from partitioned_tables order by position desc loop
    execute format('alter table %I detach partition %I', parent, parent || '_' || suffix);
    execute format('drop table %I', parent || '_' || suffix);
  end loop;
  return true;
end $$;
