/** Work that goes on beside other work, once at a time. */
export interface Lane {
  /** Begins, unless it is under way. */
  readonly start: () => void;
  /** Waits until what was begun is done. Rejects with its failure. */
  readonly end: () => Promise<void>;
}

export function createLane(run: () => Promise<void>): Lane {
  let underWay: Promise<void> | undefined;
  const failures: unknown[] = [];
  return {
    start: () => {
      if (failures.length > 0) return;
      underWay ??= run()
        .catch((error: unknown) => {
          failures.push(error);
        })
        .finally(() => {
          underWay = undefined;
        });
    },
    end: async () => {
      await underWay;
      for (const failure of failures.splice(0)) throw failure;
    },
  };
}
