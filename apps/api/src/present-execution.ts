import type { z } from '@hono/zod-openapi';
import type { ExecutionListRow, ExecutionWithReplay, SealRow } from '@steptrail/store';
import {
  Divergence,
  LargestPayload,
  Loop,
  MapItems,
  MapRun,
  Pending,
  Taken,
  TerminalFailure,
  Unverifiable,
} from './resources/execution.ts';

/** An execution in a list; the values it was found by lead to the event that holds them. */
export function presentListed({ matches, ...row }: ExecutionListRow) {
  if (matches === undefined) return row;
  const eventOf = { input: 1, output: row.lastEventId } as const;
  return { ...row, matches: matches.map((match) => ({ ...match, eventId: eventOf[match.side] })) };
}

/** An execution with its replay apart, and the verdict in one word. */
export function presentExecution(row: ExecutionWithReplay, seal: SealRow | undefined) {
  const { unverifiableDetail, divergenceDetail, pending, largestPayload, mapRuns, recheckAt, ...others } =
    row;
  const { failure, loops, mapItems, taken, sealDue, ...execution } = others;
  return { ...execution, seal: presentSeal(seal), replay: presentReplay(row) };
}

function presentSeal(seal: SealRow | undefined) {
  if (seal?.kind !== 'execution') return null;
  const { position, sealedAt, digest } = seal;
  return { position, sealedAt, digest: digest.toString('hex') };
}

function presentReplay(row: ExecutionWithReplay) {
  const { interpreterVersion, replayedAt, agrees, unverifiable, divergences } = row;
  if (interpreterVersion === null || replayedAt === null) return null;
  return {
    interpreterVersion,
    replayedAt,
    verdict: verdictOf(divergences ?? 0, unverifiable ?? 0),
    agrees: agrees ?? 0,
    unverifiable: unverifiable ?? 0,
    divergences: divergences ?? 0,
    unverifiableDetail: readDetails(Unverifiable, row.unverifiableDetail),
    divergenceDetail: readDetails(Divergence, row.divergenceDetail),
    pending: readDetails(Pending, row.pending),
    largestPayload: readDetails(LargestPayload, [row.largestPayload])[0] ?? null,
    mapRuns: readDetails(MapRun, row.mapRuns),
    failure: readDetails(TerminalFailure, [row.failure])[0] ?? null,
    loops: readDetails(Loop, row.loops),
    mapItems: readDetails(MapItems, row.mapItems),
    taken: readDetails(Taken, row.taken),
    recheckAt: row.recheckAt,
  };
}

function verdictOf(divergences: number, unverifiable: number): 'agrees' | 'unverifiable' | 'diverges' {
  if (divergences > 0) return 'diverges';
  return unverifiable > 0 ? 'unverifiable' : 'agrees';
}

/** What replay stored as JSON; what an older version stored in another shape is left out until it is replayed again. */
function readDetails<T extends z.ZodType>(shape: T, stored: readonly unknown[] | null): z.output<T>[] {
  return (stored ?? []).flatMap((each) => {
    const read = shape.safeParse(each);
    return read.success ? [read.data] : [];
  });
}
