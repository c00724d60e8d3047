-- Why AWS does not say with which definition an execution ran; null: it has said so, or is still to be asked.
-- forgotten: it no longer has the execution. refused: the call is not allowed, or unknown to the server.
alter table executions add column definition_assumed text;
alter table executions add constraint executions_definition_assumed_check
  check (definition_assumed in ('forgotten', 'refused'));
create index on executions (definition_assumed, execution_id desc) where definition_assumed is not null;
