import { z } from '@hono/zod-openapi';

/** Rows hold Dates; on the wire they are ISO 8601 in UTC. */
export const Timestamp = z.iso.datetime().openapi({ example: '2026-11-22T17:21:00.000Z' });

/** Epoch milliseconds, as the interpreter counts. */
export const EpochMilliseconds = z.number().openapi({ description: 'Epoch milliseconds.' });
