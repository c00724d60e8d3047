import { type IngestContext, present } from './context.ts';

/** So often, in a pass that takes long, what cannot wait for its end has its turn. */
const TURN_EVERY = 60_000;

/**
 * Makes what is to be called between two pieces of a pass's work: every minute, by the context's clock, whoever calls
 * then runs the turn, and the others go on. A clock that went back is followed.
 */
export function createTurns(
  context: Pick<IngestContext, 'now'>,
  run: () => Promise<void>,
): () => Promise<void> {
  let last = present(context).getTime();
  let isUnderWay = false;
  return async () => {
    const now = present(context).getTime();
    last = Math.min(last, now);
    if (isUnderWay || now - last < TURN_EVERY) return;
    isUnderWay = true;
    try {
      await run();
    } finally {
      last = present(context).getTime();
      isUnderWay = false;
    }
  };
}
