import type { Event } from '@steptrail/history';
import { isIteration, nameOf } from './event-fields.ts';
import type { Frame } from './frame.ts';
import type { Divergence, DivergenceKind, Unverifiable } from './trace.ts';

/** What replay has found so far; an event about which nothing is written agrees. */
export interface Ledger {
  readonly divergences: Divergence[];
  readonly unverifiable: Unverifiable[];
  readonly diverge: (
    eventId: number,
    state: string | undefined,
    kind: DivergenceKind,
    expected: string,
    recorded: string,
    why: string,
  ) => void;
  /** A divergence that no excuse softens. */
  readonly note: (divergence: Divergence) => void;
  readonly doubt: (event: Event, frame: Frame | undefined, reason: string) => void;
  /** Events about which something is written. */
  readonly touched: Set<number>;
  /** Why the event under way cannot be judged: while it is set, what diverges is only doubted. */
  excuse: string | undefined;
  /** The same, for records that are missing from the log somewhere before the event. */
  lost: string | undefined;
}

/** The state that an event belongs to, as far as the frame or the event itself tells. */
export const stateNameOf = (frame: Frame | undefined, event?: Event): string | undefined => {
  if (frame?.state !== undefined) return frame.state.name;
  return event === undefined || isIteration(event) ? undefined : nameOf(event);
};

export const createLedger = (divergences: readonly Divergence[]): Ledger => {
  /** One reason is told once of an event, however much of it the reason bears on. */
  const tell = (eventId: number, state: string | undefined, reason: string): void => {
    const told = ledger.unverifiable.at(-1);
    if (told?.eventId === eventId && told.reason === reason) return;
    ledger.unverifiable.push({ eventId, state, reason });
  };
  const ledger: Ledger = {
    divergences: [...divergences],
    unverifiable: [],
    touched: new Set(divergences.map(({ eventId }) => eventId)),
    excuse: undefined,
    lost: undefined,
    diverge: (eventId, state, kind, expected, recorded, why) => {
      ledger.touched.add(eventId);
      const excuse = ledger.excuse ?? ledger.lost;
      if (excuse !== undefined) return tell(eventId, state, excuse);
      ledger.divergences.push({ eventId, state, kind, expected, recorded, why });
    },
    note: (divergence) => {
      ledger.touched.add(divergence.eventId);
      ledger.divergences.push(divergence);
    },
    doubt: (event, frame, reason) => {
      ledger.touched.add(event.id);
      tell(event.id, stateNameOf(frame, event), reason);
    },
  };
  return ledger;
};
