-- What stands in the input and again in the output, as most of an input does, is one row.
alter table search_values drop constraint search_values_side_check;
alter table search_values add constraint search_values_side_check check (side in ('input', 'output', 'both'));
