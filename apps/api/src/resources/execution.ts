import { z } from '@hono/zod-openapi';
import { WorkflowType } from './state-machine.ts';
import { EpochMilliseconds, Timestamp } from './timestamp.ts';

export const EXECUTION_STATUSES = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
] as const;

export const ExecutionRow = z
  .object({
    executionId: z.uuid(),
    executionArn: z.string(),
    stateMachineArn: z.string(),
    name: z.string(),
    type: WorkflowType,
    source: z.enum(['history', 'logs', 'import']),
    status: z.string(),
    startDate: Timestamp,
    stopDate: Timestamp.nullable(),
    redriveCount: z.number(),
    redriveDate: Timestamp.nullable(),
    stateMachineVersionArn: z.string().nullable(),
    stateMachineAliasArn: z.string().nullable(),
    mapRunArn: z.string().nullable(),
    revisionId: z.string().nullable(),
    definitionSha256: z.string().nullable(),
    events: z.number().openapi({ description: 'Archived so far.' }),
    lastEventId: z.number(),
    complete: z.boolean().openapi({ description: 'The history is archived to its end.' }),
    failedState: z.string().nullable(),
    error: z.string().nullable(),
    problem: z.string().nullable().openapi({ description: 'Why it could not be archived or replayed.' }),
    archivedAt: Timestamp,
    divergences: z.number().nullable().openapi({ description: 'Of the last replay; null: not replayed.' }),
    unverifiable: z.number().nullable(),
    agrees: z.number().nullable(),
  })
  .openapi('ExecutionRow');

export const Divergence = z.object({
  eventId: z.number(),
  state: z.string().optional(),
  kind: z.string(),
  expected: z.string(),
  recorded: z.string(),
  why: z.string(),
});

export const Unverifiable = z.object({
  eventId: z.number(),
  state: z.string().optional(),
  reason: z.string(),
});

export const Pending = z.object({
  state: z.string().optional(),
  path: z.string(),
  pointer: z.string().optional(),
  enteredEventId: z.number().optional(),
  eventId: z.number().openapi({ description: 'The event since which it waits.' }),
  waitsFor: z.string(),
  since: EpochMilliseconds,
  until: EpochMilliseconds.optional(),
  bound: z.object({
    source: z.string(),
    pointer: z.string().optional(),
    serviceLimit: EpochMilliseconds.optional(),
  }),
  resource: z.string().optional(),
});

export const LargestPayload = z.object({ bytes: z.number(), eventId: z.number() });

export const MapRun = z.object({ mapRunArn: z.string(), eventId: z.number() });

/** What replay concluded: first 100 divergences and unverifiable comparisons, and what is open. */
export const Replay = z
  .object({
    interpreterVersion: z.number(),
    replayedAt: Timestamp,
    verdict: z.enum(['agrees', 'unverifiable', 'diverges']),
    agrees: z.number(),
    unverifiable: z.number(),
    divergences: z.number(),
    unverifiableDetail: z.array(Unverifiable),
    divergenceDetail: z.array(Divergence),
    pending: z.array(Pending),
    largestPayload: LargestPayload.nullable(),
    mapRuns: z.array(MapRun),
    recheckAt: Timestamp.nullable().openapi({ description: 'When time alone can change the verdict.' }),
  })
  .openapi('Replay');

export const Execution = ExecutionRow.extend({
  cause: z.string().nullable(),
  replay: Replay.nullable().openapi({ description: 'null: not replayed yet.' }),
}).openapi('Execution');

export const Visit = z
  .object({
    enteredEventId: z.number(),
    exitedEventId: z.number().nullable(),
    state: z.string(),
    stateType: z.string(),
    path: z.string(),
    pointer: z.string().nullable(),
    enteredAt: Timestamp,
    exitedAt: Timestamp.nullable(),
    attempts: z.number(),
    outcome: z.string(),
    error: z.string().nullable(),
    inputBytes: z.number().nullable(),
    outputBytes: z.number().nullable(),
    events: z.number(),
  })
  .openapi('Visit');

export const DayCount = z
  .object({ day: z.iso.date(), status: z.string(), count: z.number() })
  .openapi('DayCount');
