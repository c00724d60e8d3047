import {
  type AwsClients,
  type Operation,
  type Quotas,
  REAL_TIME,
  type RequestBudget,
  type Timing,
  withBudgets,
} from '@steptrail/aws';
import {
  giveBackQuota,
  type QuotaKey,
  type QuotaSize,
  type Sql,
  slowDownQuota,
  takeQuota,
} from '@steptrail/store';

/** What is held longer than this is given up: AWS's bucket and ours drift apart by no more. */
const HELD_MILLISECONDS = 1000;
const MOST_HELD = 50;

/** How many requests are taken at once: half a second's worth, so that the database is asked twice a second at most. */
function batchOf({ capacity, refillPerSecond }: QuotaSize): number {
  return Math.max(1, Math.min(MOST_HELD, Math.floor(refillPerSecond / 2), Math.floor(capacity / 4)));
}

/**
 * The budget of one operation that all processes of an installation share through the database. Requests are taken in
 * small batches where they are there; where they are not, one at a time, in the order of asking.
 */
export function createSharedBudget(
  sql: Sql,
  key: QuotaKey,
  size: QuotaSize,
  timing: Timing = REAL_TIME,
): RequestBudget {
  const batch = batchOf(size);
  let held = 0;
  let heldSince = Number.NEGATIVE_INFINITY;
  let queue: Promise<unknown> = Promise.resolve();

  const takeOne = async (): Promise<number> => {
    if (held > 0 && timing.now() - heldSince < HELD_MILLISECONDS) {
      held -= 1;
      return 0;
    }
    const { taken, waitMilliseconds } = await takeQuota(sql, key, size, batch);
    held = taken - 1;
    heldSince = timing.now();
    return waitMilliseconds;
  };

  return {
    take: async (signal) => {
      signal?.throwIfAborted();
      const turn = queue.then(takeOne);
      queue = turn.catch(() => undefined);
      const waitMilliseconds = await turn;
      if (waitMilliseconds <= 0) return;
      try {
        await timing.wait(waitMilliseconds, signal);
      } catch (error) {
        await giveBackQuota(sql, key, 1);
        throw signal?.aborted ? signal.reason : error;
      }
    },
    slowDown: async () => {
      held = 0;
      await slowDownQuota(sql, key);
    },
    close: async () => {
      await queue;
      const fresh = timing.now() - heldSince < HELD_MILLISECONDS ? held : 0;
      held = 0;
      if (fresh > 0) await giveBackQuota(sql, key, fresh);
    },
  };
}

/**
 * The clients with budgets that all processes share. `sql` must have connections to spare beside those of the
 * transactions in which AWS is asked.
 */
export function shareBudgets(
  sql: Sql,
  clients: AwsClients,
  place: { readonly accountId: string; readonly region: string },
  quotas: Quotas,
): AwsClients {
  const operations = Object.keys(quotas) as Operation[];
  const budgetOf = (operation: Operation): RequestBudget => {
    const { size, perSecond } = quotas[operation];
    return createSharedBudget(sql, { ...place, operation }, { capacity: size, refillPerSecond: perSecond });
  };
  return withBudgets(clients, new Map(operations.map((operation) => [operation, budgetOf(operation)])));
}

/** Gives back what the clients' budgets hold. */
export async function closeBudgets(clients: AwsClients): Promise<void> {
  await Promise.all([...clients.budgets.values()].map((budget) => budget.close()));
}
