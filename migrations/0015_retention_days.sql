-- Days for which AWS keeps the closed executions of a state machine: 90, or 30 where its account asked for that.
alter table state_machines add column retention_days smallint;
