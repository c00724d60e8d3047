import { appendToChain, stateRemoval } from '@steptrail/archive';
import {
  type AppliedPolicy,
  appendSeals,
  type Client,
  dropEmptyMonths,
  listAppliedPolicies,
  lockSealHead,
  removeExpired,
  type Sql,
} from '@steptrail/store';

const BATCH = 500;
const DAY = 86_400_000;
/** Nothing that starts now belongs to a month that ended so long ago. */
const OLD_MONTH_DAYS = 62;

/** What retention removed. */
export interface Retained {
  readonly removed: number;
  /** Months of which nothing was left, as YYYY_MM. */
  readonly droppedMonths: readonly string[];
}

/**
 * Removes the executions that ended longer ago than their policy keeps them and that no legal hold protects, with all
 * that hangs on them, and writes each removal into the log of seals. Definitions stay. Without a policy it does nothing.
 */
export async function applyRetention(sql: Client, now: Date, signal?: AbortSignal): Promise<Retained> {
  const policies = await listAppliedPolicies(sql);
  let removed = 0;
  for (const policy of policies) {
    for (;;) {
      signal?.throwIfAborted();
      const count = await sql.begin((tx) => removeBatch(tx, policy, now));
      removed += count;
      if (count < BATCH) break;
    }
  }
  const droppedMonths =
    removed === 0 ? [] : await dropEmptyMonths(sql, new Date(now.getTime() - OLD_MONTH_DAYS * DAY));
  return { removed, droppedMonths };
}

async function removeBatch(sql: Sql, policy: AppliedPolicy, now: Date): Promise<number> {
  const head = await lockSealHead(sql);
  const expired = await removeExpired(sql, policy, now, BATCH);
  const reason = `retention: ${policy.keepDays} days (${policy.scope})`;
  const facts = expired.map(({ executionArn }) => ({
    kind: 'removal' as const,
    subject: executionArn,
    statement: stateRemoval(executionArn, reason),
  }));
  await appendSeals(sql, appendToChain(head, facts, now));
  return expired.length;
}
