-- Ranges by which executions are searched are read from indexes alone.
drop index executions_name_idx;
create index on executions (name text_pattern_ops, execution_id);
drop index executions_expr_execution_id_idx;
create index on executions ((stop_date - start_date), execution_id) include (start_date, stop_date)
  where stop_date is not null;
