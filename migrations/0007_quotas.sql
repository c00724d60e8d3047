-- What is left of AWS's request quotas, by account, Region and operation, shared by all processes of an installation.
-- Local on a cluster.
create table quota_buckets (
  account_id        text not null,
  region            text not null,
  operation         text not null,
  capacity          double precision not null,         -- as configured when it was taken from last
  refill_per_second double precision not null,
  tokens            double precision not null,         -- below zero: lent to those who wait for it
  refilled_at       timestamptz not null,
  pace              double precision not null default 1, -- share of the refill that AWS bears; halved by throttling
  throttled_at      timestamptz,
  primary key (account_id, region, operation)
);

-- Takes 1 to `wanted` requests: more than one only where they are there, one at least, which may have to wait. All times
-- are this server's, read once the row is locked; a clock that went back refills nothing.
create function take_quota(
  of_account text, of_region text, of_operation text, new_capacity double precision, new_refill double precision,
  wanted integer, out taken integer, out wait_seconds double precision)
  language plpgsql as $$
declare
  bucket  quota_buckets;
  at      timestamptz;
  elapsed double precision;
  refill  double precision;
begin
  select * into bucket from quota_buckets
  where account_id = of_account and region = of_region and operation = of_operation for update;
  if not found then
    insert into quota_buckets (account_id, region, operation, capacity, refill_per_second, tokens, refilled_at)
    values (of_account, of_region, of_operation, new_capacity, new_refill, new_capacity, clock_timestamp())
    on conflict do nothing;
    select * into bucket from quota_buckets
    where account_id = of_account and region = of_region and operation = of_operation for update;
  end if;
  at := greatest(clock_timestamp(), bucket.refilled_at);
  elapsed := extract(epoch from at - bucket.refilled_at);
  refill := new_refill * bucket.pace;
  bucket.tokens := least(new_capacity, bucket.tokens + elapsed * refill);
  -- After throttling the whole pace is reached again in ten minutes at most.
  bucket.pace := least(1, bucket.pace + elapsed / 600);
  taken := greatest(1, least(wanted, floor(bucket.tokens)));
  bucket.tokens := bucket.tokens - taken;
  wait_seconds := greatest(0, -bucket.tokens / refill);
  update quota_buckets
  set tokens = bucket.tokens, pace = bucket.pace, refilled_at = at, capacity = new_capacity, refill_per_second = new_refill
  where account_id = of_account and region = of_region and operation = of_operation;
end $$;

-- A task belongs to the account and Region of its ARN: only their credentials may ask for it.
alter table ingest_tasks
  add column account_id text generated always as (split_part(execution_arn, ':', 5)) stored,
  add column region     text generated always as (split_part(execution_arn, ':', 4)) stored;
create index on ingest_tasks (account_id, region, priority, due_at);
