import { z } from '@hono/zod-openapi';
import { Timestamp } from './timestamp.ts';

/** What an imported file says of an archived execution otherwise than the archive. */
export const Conflict = z
  .object({
    firstEventId: z.number().openapi({
      description: 'Of the block of events that differs; 0: what differs is not among the events.',
    }),
    eventIds: z.array(z.number()).openapi({ description: 'Of the events that differ, the first twenty.' }),
    origin: z.string().openapi({ description: 'File and line.' }),
    message: z.string(),
    foundAt: Timestamp,
    sha256: z.string().openapi({ description: 'Of the evidence, hexadecimal.' }),
    bytes: z.number().openapi({ description: 'Of the evidence.' }),
    evidence: z.string().openapi({
      description:
        'What the file says, JSON text: events, or facts about the execution; the first 20,000 characters.',
    }),
  })
  .openapi('Conflict');
