/** Lets one in at a time, in the order of their coming. */
export interface Gate {
  /** Resolves when it is one's turn, with what ends the turn. */
  readonly enter: () => Promise<() => void>;
}

export function createGate(): Gate {
  let last: Promise<void> = Promise.resolve();
  return {
    enter: async () => {
      const before = last;
      let leave = () => {};
      last = new Promise((resolve) => {
        leave = resolve;
      });
      await before;
      return leave;
    },
  };
}
