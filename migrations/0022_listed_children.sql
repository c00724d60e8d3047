-- Express child executions that AWS lists of Map Runs. Their records do not say of which Map Run they are, and may come
-- before that list or after it. Local on a cluster.
create table listed_children (
  execution_arn text primary key,
  map_run_arn   text not null
);
