import type { ListedExecution } from '@steptrail/aws';
import { createGate, type Gate } from './gate.ts';
import { isClosed } from './history-end.ts';
import type { FoundStateMachine } from './ingest-state-machines.ts';

const MINUTE = 60_000;
/** So often the lists are read while events announce what happens. */
const LIST_EVERY = 15 * MINUTE;
/** An event that was sent has reached the queue within this time. */
const ON_THE_WAY = 2 * MINUTE;

/**
 * What the follower of a queue and the passes that poll know of each other. Times are epoch milliseconds of the
 * context's clock.
 */
export interface EventFlow {
  /** State machines by ARN, as they were described last by either. */
  readonly machines: Map<string, FoundStateMachine>;
  /** Long histories are held in memory one at a time, whoever reads them. */
  readonly longHistories: Gate;
  /** Whether a pass is to read the lists: always, unless events announce what happens. */
  readonly isListingDue: (now: number) => boolean;
  readonly noteListed: (now: number, found: readonly FoundStateMachine[]) => void;
  /** A receipt: how many status changes came, and whether that was all there were. */
  readonly noteReceived: (now: number, changes: number, isDrained: boolean) => void;
  /** The queue could not be received from. */
  readonly noteBroken: () => void;
  readonly noteUnusable: (now: number) => void;
  /** Whether a message came that nobody can use, within the last hour. */
  readonly isUnusableLately: (now: number) => boolean;
  /** Of what a list tells and nobody has asked for: what an event should have announced. */
  readonly unannounced: (rows: readonly ListedExecution[]) => readonly ListedExecution[];
  readonly noteMissed: (now: number, count: number, example: string | undefined) => void;
  /** Executions of which no event told although it should have, since events have told of others again. */
  readonly missed: () => { readonly executions: number; readonly example: string } | undefined;
}

export function createEventFlow(): EventFlow {
  const machines = new Map<string, FoundStateMachine>();
  let unusableAt = Number.NEGATIVE_INFINITY;
  let since: number | undefined;
  let drainedAt = Number.NEGATIVE_INFINITY;
  let changedAt: number | undefined;
  let missed: { readonly at: number; readonly executions: number; readonly example: string } | undefined;
  let listedAt: number | undefined;
  let isBroken = false;
  const isMissing = () => missed !== undefined && missed.at >= (changedAt ?? 0);
  const isFlowing = () => !isBroken && changedAt !== undefined && !isMissing();
  return {
    machines,
    longHistories: createGate(),
    isListingDue: (now) => listedAt === undefined || !isFlowing() || now - listedAt >= LIST_EVERY,
    noteListed: (now, found) => {
      listedAt = now;
      for (const machine of found) machines.set(machine.stateMachineArn, machine);
      const present = new Set(found.map((machine) => machine.stateMachineArn));
      for (const [arn, { describedAt = now }] of machines) {
        if (!present.has(arn) && describedAt < now) machines.delete(arn);
      }
    },
    noteReceived: (now, changes, isDrained) => {
      since ??= now;
      isBroken = false;
      if (changes > 0) changedAt = now;
      if (isDrained) drainedAt = now;
    },
    noteBroken: () => {
      isBroken = true;
      // What ends from now on may come late: it is not held against the events.
      since = undefined;
    },
    noteUnusable: (now) => {
      unusableAt = now;
    },
    isUnusableLately: (now) => now - unusableAt < 60 * MINUTE,
    unannounced: (rows) =>
      rows.filter(({ status, stopDate }) => {
        const stopped = isClosed(status) ? stopDate?.getTime() : undefined;
        return stopped !== undefined && stopped > (since ?? Infinity) && stopped + ON_THE_WAY < drainedAt;
      }),
    noteMissed: (now, executions, example) => {
      if (example !== undefined) missed = { at: now, executions, example };
    },
    missed: () => (isMissing() ? missed : undefined),
  };
}
