import { z } from '@hono/zod-openapi';
import { WorkflowType } from './state-machine.ts';
import { EpochMilliseconds, Timestamp } from './timestamp.ts';

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
    matches: z
      .array(
        z.object({
          side: z.enum(['input', 'output']),
          path: z.string(),
          value: z.string().openapi({ description: 'As far as it is indexed.' }),
          eventId: z.number().openapi({ description: 'The event that holds it.' }),
        }),
      )
      .optional()
      .openapi({ description: 'Where the values stand that were asked for, the first ten.' }),
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

const Bound = z.object({
  source: z.string().openapi({
    description: '`service limit`: nobody chose a bound, and the limit of the service is the earliest.',
  }),
  at: EpochMilliseconds.optional().openapi({ description: 'Absent: its value is in no event.' }),
  pointer: z.string().optional(),
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
  bound: Bound.openapi({ description: 'The earliest bound.' }),
  laterBounds: z.array(Bound),
  resource: z.string().optional(),
  childExecutionArn: z.string().optional(),
  children: z
    .object({ open: z.number(), ended: z.number(), total: z.number().optional() })
    .optional()
    .openapi({ description: 'Of `branches` and `map iterations`.' }),
});

export const LargestPayload = z.object({ bytes: z.number(), eventId: z.number() });

export const TerminalFailure = z.object({
  eventId: z.number(),
  reportedEventId: z.number(),
  state: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});

const Spread = z
  .object({ least: z.number(), mean: z.number(), most: z.number(), mostEventId: z.number() })
  .openapi({ description: 'Events; `mostEventId` is where the one with the most begins.' });

export const Loop = z.object({
  state: z.string(),
  pointer: z.string().optional(),
  path: z.string(),
  states: z.array(z.string()),
  places: z.number().openapi({ description: 'Branches and iterations that turned in it.' }),
  turns: z.number(),
  mostTurns: z.number().openapi({ description: 'In one place.' }),
  events: Spread,
  meanMilliseconds: z.number(),
  open: z.boolean(),
  firstEventId: z.number(),
  lastEventId: z.number(),
});

export const MapItems = z.object({
  state: z.string(),
  pointer: z.string().optional(),
  enteredEventId: z.number(),
  visits: z.number(),
  items: z.number(),
  events: Spread,
});

export const Taken = z.object({
  kind: z.enum(['retrier', 'catcher', 'choice']),
  state: z.string(),
  pointer: z.string(),
  index: z.union([z.number(), z.literal('default')]),
  times: z.number(),
  firstEventId: z.number(),
  lastEventId: z.number(),
  errors: z.array(z.string()),
});

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
    failure: TerminalFailure.nullable().openapi({ description: 'What ended the execution.' }),
    loops: z.array(Loop),
    mapItems: z.array(MapItems),
    taken: z.array(Taken).openapi({ description: 'Retriers, catchers and branches of Choices.' }),
    recheckAt: Timestamp.nullable().openapi({ description: 'When time alone can change the verdict.' }),
  })
  .openapi('Replay');

const Seal = z
  .object({
    position: z.number().openapi({ description: 'In the log of seals.' }),
    sealedAt: Timestamp,
    digest: z.string().openapi({ description: 'sha256 of what is sealed, hexadecimal.' }),
  })
  .openapi('Seal');

export const Execution = ExecutionRow.omit({ matches: true })
  .extend({
    cause: z.string().nullable(),
    definitionAssumed: z.enum(['forgotten', 'refused', 'unobserved']).nullable().openapi({
      description:
        'Why AWS did not say with which definition it ran, so that the likeliest stands for it: it no longer has the execution, or refuses the call, or (of Express) the state machine was updated between two looks at it. null: it did say, or was seen.',
    }),
    seal: Seal.nullable().openapi({ description: 'null: it runs, or its history is not whole.' }),
    replay: Replay.nullable().openapi({ description: 'null: not replayed yet.' }),
  })
  .openapi('Execution');

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
