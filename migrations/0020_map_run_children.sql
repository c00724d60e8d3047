-- Children of Map Runs compared with the counts that DescribeMapRun gives: how many of those that have started are
-- neither archived, nor asked for, nor removed.
alter table map_runs add column children_missing integer;
alter table map_runs add column children_reconciled_at timestamptz;

-- Children whose parent, and so what they ran with, is not known yet.
create index on executions (map_run_arn) where map_run_arn is not null and definition_sha256 is null;
