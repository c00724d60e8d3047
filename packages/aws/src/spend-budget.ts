import { AsyncLocalStorage } from 'node:async_hooks';
import type { FinalizeRequestMiddleware, MiddlewareStack, RelativeMiddlewareOptions } from '@smithy/types';
import { isThrottling } from './aws-error.ts';
import type { RequestBudget } from './token-bucket.ts';

/** What one call has to keep to. Its budget may fail (a database that is away), which is no answer of AWS. */
interface Spending {
  readonly budget: RequestBudget;
  readonly signal: AbortSignal | undefined;
  failure?: { readonly error: unknown };
}

const spending = new AsyncLocalStorage<Spending>();

/** Runs right around each attempt, so that the SDK's retries spend from the budget as first attempts do. */
const AROUND_EACH_ATTEMPT: RelativeMiddlewareOptions = {
  name: 'steptrailBudget',
  relation: 'after',
  toMiddleware: 'retryMiddleware',
  override: true,
};

/** Has a client of the SDK spend from the budget of the call at hand, and tell it of throttling. */
export function spendBudget<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
): void {
  const middleware: FinalizeRequestMiddleware<Input, Output> = (next) => async (args) => {
    const current = spending.getStore();
    if (current === undefined) return next(args);
    const { budget, signal } = current;
    await ofBudget(current, () => budget.take(signal));
    try {
      return await next(args);
    } catch (error) {
      if (isThrottling(error)) await ofBudget(current, () => budget.slowDown());
      throw error;
    }
  };
  stack.addRelativeTo(middleware, AROUND_EACH_ATTEMPT);
}

async function ofBudget(current: Spending, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    current.failure = { error };
    throw error;
  }
}

/**
 * Runs a call of the SDK within a budget. What the budget itself throws comes out as it is.
 * @param budget undefined: none to keep to
 */
export async function withinBudget<T>(
  budget: RequestBudget | undefined,
  signal: AbortSignal | undefined,
  send: () => Promise<T>,
  describe: (error: unknown) => unknown,
): Promise<T> {
  const current: Spending | undefined = budget === undefined ? undefined : { budget, signal };
  try {
    return await (current === undefined ? send() : spending.run(current, send));
  } catch (error) {
    if (current?.failure !== undefined) throw current.failure.error;
    throw describe(error);
  }
}
