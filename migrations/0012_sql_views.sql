-- For people's own tools: names that stay while the tables behind them change. docs/sql-views.md is made from the
-- comments, which a test compares.

create view steptrail_executions as
select
  e.execution_arn, e.state_machine_arn,
  split_part(e.state_machine_arn, ':', 7) as state_machine_name,
  split_part(e.execution_arn, ':', 5) as account_id,
  split_part(e.execution_arn, ':', 4) as region,
  e.name, e.type, e.status, e.start_date, e.stop_date,
  extract(epoch from e.stop_date - e.start_date)::double precision as duration_seconds,
  e.redrive_count, e.redrive_date, e.state_machine_version_arn, e.state_machine_alias_arn, e.map_run_arn,
  e.revision_id, e.definition_sha256, e.failed_state, e.error, e.cause, e.events, e.complete, e.source, e.problem,
  e.archived_at, r.replayed_at, r.agrees, r.unverifiable, r.divergences, e.execution_id
from executions e left join replays r on r.execution_id = e.execution_id;

comment on view steptrail_executions is 'Archived executions, a row each. Narrow it by state_machine_arn, status, name, execution_arn, or by execution_id >= uuid_floor(timestamptz) for the time of start: these go by index.';
comment on column steptrail_executions.execution_arn is 'ARN of the execution';
comment on column steptrail_executions.state_machine_arn is 'ARN of its state machine, without version or alias';
comment on column steptrail_executions.state_machine_name is 'Name of its state machine, as in the ARN';
comment on column steptrail_executions.account_id is 'AWS account';
comment on column steptrail_executions.region is 'AWS Region';
comment on column steptrail_executions.name is 'Name of the execution';
comment on column steptrail_executions.type is 'STANDARD or EXPRESS';
comment on column steptrail_executions.status is 'RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED or PENDING_REDRIVE';
comment on column steptrail_executions.start_date is 'When it started';
comment on column steptrail_executions.stop_date is 'When it ended; null while it runs';
comment on column steptrail_executions.duration_seconds is 'From start to end; null while it runs';
comment on column steptrail_executions.redrive_count is 'How often it was redriven';
comment on column steptrail_executions.redrive_date is 'When it was redriven last';
comment on column steptrail_executions.state_machine_version_arn is 'The version that it was started with, if any';
comment on column steptrail_executions.state_machine_alias_arn is 'The alias that it was started with, if any';
comment on column steptrail_executions.map_run_arn is 'Of a child execution: its Map Run';
comment on column steptrail_executions.revision_id is 'Revision of the state machine that it ran with; empty is the first';
comment on column steptrail_executions.definition_sha256 is 'Digest of the definition that it ran with';
comment on column steptrail_executions.failed_state is 'State whose failure ended it';
comment on column steptrail_executions.error is 'Error name with which it ended';
comment on column steptrail_executions.cause is 'Cause with which it ended';
comment on column steptrail_executions.events is 'History events archived';
comment on column steptrail_executions.complete is 'Whether the history is archived to its end';
comment on column steptrail_executions.source is 'How it came: history, logs or import';
comment on column steptrail_executions.problem is 'Why it could not be archived or replayed as it should, one sentence';
comment on column steptrail_executions.archived_at is 'When something new of it was archived last';
comment on column steptrail_executions.replayed_at is 'When it was replayed last; null: never';
comment on column steptrail_executions.agrees is 'Comparisons of replay in which record and definition agree';
comment on column steptrail_executions.unverifiable is 'Comparisons that the record does not allow';
comment on column steptrail_executions.divergences is 'Comparisons in which the record is not what the definition says';
comment on column steptrail_executions.execution_id is 'Key that joins the views; begins with the time of start';

create view steptrail_visits as
select
  e.execution_arn, e.state_machine_arn, split_part(e.state_machine_arn, ':', 7) as state_machine_name,
  v.state, v.state_type, v.path, v.entered_at, v.exited_at,
  extract(epoch from v.exited_at - v.entered_at)::double precision as duration_seconds,
  v.attempts, v.outcome, v.error, v.input_bytes, v.output_bytes, v.events, v.entered_event_id, v.exited_event_id,
  v.execution_id
from visits v join executions e on e.execution_id = v.execution_id;

comment on view steptrail_visits is 'Stays in states, a row each, as replay found them. Narrow it by state, execution_id or execution_arn.';
comment on column steptrail_visits.execution_arn is 'ARN of the execution';
comment on column steptrail_visits.state_machine_arn is 'ARN of its state machine';
comment on column steptrail_visits.state_machine_name is 'Name of its state machine';
comment on column steptrail_visits.state is 'Name of the state';
comment on column steptrail_visits.state_type is 'Task, Choice, Map …';
comment on column steptrail_visits.path is 'Where it lies: the branches and iterations around it';
comment on column steptrail_visits.entered_at is 'When it was entered';
comment on column steptrail_visits.exited_at is 'When it was left; null where it never was';
comment on column steptrail_visits.duration_seconds is 'From entry to exit';
comment on column steptrail_visits.attempts is 'How often its work was tried';
comment on column steptrail_visits.outcome is 'How it ended';
comment on column steptrail_visits.error is 'Error name, where it failed or one was caught';
comment on column steptrail_visits.input_bytes is 'Size of the input; null where the record withholds it';
comment on column steptrail_visits.output_bytes is 'Size of the output; null where the record withholds it';
comment on column steptrail_visits.events is 'History events within it';
comment on column steptrail_visits.entered_event_id is 'Id of the event of its entry';
comment on column steptrail_visits.exited_event_id is 'Id of the event of its exit';
comment on column steptrail_visits.execution_id is 'Key that joins the views';

create view steptrail_failures as
select
  e.execution_arn, e.state_machine_arn, split_part(e.state_machine_arn, ':', 7) as state_machine_name,
  f.state, f.error, f.cause, f.failed_at, f.event_id, f.execution_id
from failures f join executions e on e.execution_id = f.execution_id;

comment on view steptrail_failures is 'Every failed piece of work, survived by a retry or a catcher or not, and ends of executions that no failed work explains. Narrow it by failed_at or error.';
comment on column steptrail_failures.execution_arn is 'ARN of the execution';
comment on column steptrail_failures.state_machine_arn is 'ARN of its state machine';
comment on column steptrail_failures.state_machine_name is 'Name of its state machine';
comment on column steptrail_failures.state is 'State in which it happened; null where it is none';
comment on column steptrail_failures.error is 'Error name';
comment on column steptrail_failures.cause is 'Cause, as recorded';
comment on column steptrail_failures.failed_at is 'When it happened';
comment on column steptrail_failures.event_id is 'Id of the event that records it';
comment on column steptrail_failures.execution_id is 'Key that joins the views';

create view steptrail_findings as
select
  f.finding_id, f.rule_id, f.severity, f.state_machine_arn,
  split_part(f.state_machine_arn, ':', 7) as state_machine_name,
  f.execution_arn, f.message, f.data, f.evidence, f.opened_at, f.last_seen_at, f.resolved_at, f.openings,
  f.execution_id
from findings f;

comment on view steptrail_findings is 'What the rules say of definitions and executions; docs/rules.md has the rules. Narrow it by resolved_at is null, state_machine_arn, rule_id or execution_arn.';
comment on column steptrail_findings.finding_id is 'Fingerprint: the same finding has it every time';
comment on column steptrail_findings.rule_id is 'Rule that says it';
comment on column steptrail_findings.severity is 'critical, high, medium, low or information';
comment on column steptrail_findings.state_machine_arn is 'ARN of the state machine';
comment on column steptrail_findings.state_machine_name is 'Name of the state machine';
comment on column steptrail_findings.execution_arn is 'ARN of the execution; null where it is about the definition';
comment on column steptrail_findings.message is 'Key of the message in the rule';
comment on column steptrail_findings.data is 'What the message speaks of';
comment on column steptrail_findings.evidence is 'Where to look: places of the definition, ids of events, ARNs';
comment on column steptrail_findings.opened_at is 'When it was found; anew, if it had been resolved';
comment on column steptrail_findings.last_seen_at is 'When it was found last';
comment on column steptrail_findings.resolved_at is 'When it was found no more; null: open';
comment on column steptrail_findings.openings is 'How often it was opened';
comment on column steptrail_findings.execution_id is 'Key that joins the views; null where it is about the definition';
