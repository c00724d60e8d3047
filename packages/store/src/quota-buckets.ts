import type { Sql } from './sql.ts';

/** Whose requests of which operation a bucket counts. */
export interface QuotaKey {
  readonly accountId: string;
  readonly region: string;
  readonly operation: string;
}

/** A bucket's size in requests, and how many come back a second. */
export interface QuotaSize {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface QuotaBucketRow extends QuotaKey, QuotaSize {
  /** Below zero: lent to those who wait for it. */
  readonly tokens: number;
  readonly refilledAt: Date;
  /** Share of the refill that AWS bears at present: 1 unless it has throttled. */
  readonly pace: number;
  readonly throttledAt: Date | null;
}

/** What was taken from a bucket: more than one request only where they were there, else one that has to wait. */
export interface TakenQuota {
  readonly taken: number;
  readonly waitMilliseconds: number;
}

/**
 * Takes 1 to `wanted` requests out of the bucket that all processes share, by the database's clock. A bucket that is
 * not there begins full; its size is that of who took last, so that a changed configuration holds at once.
 */
export async function takeQuota(
  sql: Sql,
  { accountId, region, operation }: QuotaKey,
  { capacity, refillPerSecond }: QuotaSize,
  wanted: number,
): Promise<TakenQuota> {
  const [row] = await sql<{ taken: number; waitSeconds: number }[]>`
    select taken, wait_seconds from take_quota(${accountId}, ${region}, ${operation}, ${capacity}, ${refillPerSecond}, ${wanted})`;
  return { taken: row?.taken ?? 1, waitMilliseconds: (row?.waitSeconds ?? 0) * 1000 };
}

/** Gives back requests that were taken and not made. */
export async function giveBackQuota(sql: Sql, key: QuotaKey, requests: number): Promise<void> {
  const { accountId, region, operation } = key;
  await sql`
    update quota_buckets set tokens = least(capacity, tokens + ${requests})
    where account_id = ${accountId} and region = ${region} and operation = ${operation}`;
}

/**
 * AWS has throttled: its bucket is empty, whatever ours says, and from now on refills at half the pace, for all
 * processes. Refusals within 5 seconds of each other are one storm and count once; 1/32 is the slowest pace.
 */
export async function slowDownQuota(sql: Sql, key: QuotaKey): Promise<void> {
  const { accountId, region, operation } = key;
  await sql`
    update quota_buckets set
      pace = greatest(pace / 2, 1 / 32.0), tokens = least(tokens, 0), throttled_at = clock_timestamp(),
      refilled_at = greatest(refilled_at, clock_timestamp())
    where account_id = ${accountId} and region = ${region} and operation = ${operation}
      and (throttled_at is null or throttled_at < clock_timestamp() - interval '5 seconds')`;
}

/** All buckets that were ever taken from. */
export async function listQuotaBuckets(sql: Sql): Promise<readonly QuotaBucketRow[]> {
  return sql<QuotaBucketRow[]>`select * from quota_buckets order by account_id, region, operation`;
}
