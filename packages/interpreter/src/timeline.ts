/** Something that happens at a virtual time, unless it is called off. */
export interface Timer {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly fire: () => void;
  off: boolean;
}

/** Timers in order of time; those of the same time by rank, then in the order they were set. A binary heap. */
export interface Timeline {
  readonly set: (at: number, fire: () => void, rank?: number) => Timer;
  /** The earliest timer that still stands, without taking it. */
  readonly peek: () => Timer | undefined;
  readonly take: () => Timer | undefined;
}

export const createTimeline = (): Timeline => {
  type Entry = { readonly timer: Timer; readonly rank: number; readonly order: number };
  const heap: Entry[] = [];
  let count = 0;
  const before = (a: Entry, b: Entry): boolean =>
    a.timer.at < b.timer.at ||
    (a.timer.at === b.timer.at && (a.rank < b.rank || (a.rank === b.rank && a.order < b.order)));
  const swap = (i: number, j: number): void => {
    const a = heap[i];
    const b = heap[j];
    if (a === undefined || b === undefined) return;
    heap[i] = b;
    heap[j] = a;
  };
  const less = (i: number, j: number): boolean => {
    const a = heap[i];
    const b = heap[j];
    return a !== undefined && b !== undefined && before(a, b);
  };
  const pop = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (less(left, least)) least = left;
      if (less(right, least)) least = right;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  };
  const peek = (): Timer | undefined => {
    while (heap[0]?.timer.off === true) pop();
    return heap[0]?.timer;
  };
  return {
    set: (at, fire, rank = 0) => {
      const timer: Timer = { at, fire, off: false };
      count += 1;
      heap.push({ timer, rank, order: count });
      for (let at = heap.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!less(at, parent)) break;
        swap(at, parent);
        at = parent;
      }
      return timer;
    },
    peek,
    take: () => {
      const timer = peek();
      pop();
      return timer;
    },
  };
};
