/**
 * Something that goes wrong on request.
 * - `throttle`, `expired credentials`, `access denied`: refused with AWS's error
 * - `server error`: HTTP 500 with a body of HTML
 * - `cut connection`: the connection breaks in the middle of the body
 * - `slow`: the answer comes after `delay` milliseconds
 * - `garbled`: HTTP 200, but the JSON ends in its middle
 * - `unknown event`: a page of history holds an event of a type that no SDK knows
 * - `expired page tokens`: the tokens that it gives are refused, as if a day had passed
 * - `paging ignored`: page sizes and tokens are ignored, all comes at once
 * - `duplicated log records`, `late log records`: FilterLogEvents gives every record twice; gives the records of
 *   every second execution only after the fault has been lifted
 */
export type FaultKind =
  | 'throttle'
  | 'expired credentials'
  | 'access denied'
  | 'server error'
  | 'cut connection'
  | 'slow'
  | 'garbled'
  | 'unknown event'
  | 'expired page tokens'
  | 'paging ignored'
  | 'duplicated log records'
  | 'late log records';

export interface Fault {
  readonly kind: FaultKind;
  /** Only this operation; default all. */
  readonly operation?: string;
  /** Requests that pass unharmed before it sets in; default 0. */
  readonly after?: number;
  /** Requests that it strikes; default every one. */
  readonly times?: number;
  /** Of `slow`: milliseconds, default 1,000. */
  readonly delay?: number;
}

/** The faults of a running sandbox, to be set and lifted while it runs. */
export interface Faults {
  readonly add: (fault: Fault) => void;
  readonly clear: () => void;
  /** The faults that strike the request at hand, which counts as one. */
  readonly strike: (operation: string) => readonly Fault[];
}

export function createFaults(initial: readonly Fault[] = []): Faults {
  let armed: { readonly fault: Fault; seen: number }[] = [];
  const add = (fault: Fault) => {
    armed.push({ fault, seen: 0 });
  };
  initial.forEach(add);
  return {
    add,
    clear: () => {
      armed = [];
    },
    strike: (operation) => {
      const striking: Fault[] = [];
      for (const entry of armed) {
        const { operation: only, after = 0, times = Number.POSITIVE_INFINITY } = entry.fault;
        if (only !== undefined && only !== operation) continue;
        entry.seen++;
        if (entry.seen > after && entry.seen <= after + times) striking.push(entry.fault);
      }
      return striking;
    },
  };
}
