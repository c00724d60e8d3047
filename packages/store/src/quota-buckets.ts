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

/** A bucket as it stands at present. */
export interface QuotaBucketRow extends QuotaKey, QuotaSize {
  /** Below zero: lent to those who wait for it. */
  readonly tokens: number;
  /** Share of the refill that AWS bears: 1, unless it has throttled within the last ten minutes. */
  readonly pace: number;
  /** When it throttled last. */
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

/** All buckets that were ever taken from, refilled and recovered up to the present as `take_quota` does it. */
export async function listQuotaBuckets(sql: Sql): Promise<readonly QuotaBucketRow[]> {
  return sql<QuotaBucketRow[]>`
    select account_id, region, operation, capacity, refill_per_second,
           least(capacity, tokens + seconds * refill_per_second * pace) as tokens,
           least(1, pace + seconds / 600) as pace, throttled_at
    from quota_buckets,
         lateral (select greatest(0, extract(epoch from clock_timestamp() - refilled_at))::float8 as seconds) elapsed
    order by account_id, region, operation`;
}

/** Whether calls of the operation wait at present: because AWS has throttled, or because our share is used up. */
export function isSlowed({ pace, tokens }: Pick<QuotaBucketRow, 'pace' | 'tokens'>): boolean {
  return pace < 1 || tokens < 0;
}
