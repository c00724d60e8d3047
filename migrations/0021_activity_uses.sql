-- Which states offer their work to an activity, by the present definitions. Local on a cluster.
create table activity_uses (
  activity_arn      text not null,
  state_machine_arn text not null,
  pointer           text not null,                   -- JSON pointer to the state
  state             text not null,
  primary key (activity_arn, state_machine_arn, pointer)
);
create index on activity_uses (state_machine_arn);

-- Open findings that name an activity.
create index on findings ((data ->> 'resource')) where resolved_at is null;
