import { z } from '@hono/zod-openapi';
import { type Event, isKnown, type Payload } from '@steptrail/history';
import { Timestamp } from './timestamp.ts';

const EventPayload = z.object({
  name: z.string().openapi({ example: 'input' }),
  bytes: z
    .number()
    .nullable()
    .openapi({ description: 'UTF-8 bytes; null where AWS truncated or withheld it.' }),
  unknown: z.enum(['truncated', 'withheld']).optional(),
  text: z.string().optional().openapi({ description: "AWS's exact text; only with payloads=true." }),
});

/** One history event: what identifies it, its details, and its payloads apart from them, for they are secrets. */
export const HistoryEvent = z
  .object({
    id: z.number(),
    previousEventId: z.number(),
    timestamp: Timestamp,
    type: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number()])),
    payloads: z.array(EventPayload),
  })
  .openapi('HistoryEvent');

export const EventPage = z
  .object({
    rows: z.array(HistoryEvent),
    from: z.number(),
    next: z.number().optional().openapi({ description: 'The `from` of the page after; absent on the last.' }),
    lastEventId: z.number(),
    problems: z.array(z.string()).openapi({ description: 'Archived entries that could not be read.' }),
  })
  .openapi('EventPage');

const PAYLOAD_NAMES: ReadonlySet<string> = new Set(['input', 'output', 'parameters']);

function describePayload(name: string, payload: Payload, withText: boolean): z.infer<typeof EventPayload> {
  if (!isKnown(payload)) return { name, bytes: null, unknown: payload.why };
  return { name, bytes: Buffer.byteLength(payload), ...(withText ? { text: payload } : {}) };
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && 'known' in value);
}

/** The event as the API gives it. Payload texts leave the archive only where the caller asked for them. */
export function presentEvent(event: Event, withPayloads: boolean): z.infer<typeof HistoryEvent> {
  const { id, previousEventId, timestamp, type, ...rest } = event;
  const details: Record<string, string | number> = {};
  const payloads: z.infer<typeof EventPayload>[] = [];
  for (const [key, value] of Object.entries<unknown>(rest)) {
    if (PAYLOAD_NAMES.has(key) && isPayload(value)) payloads.push(describePayload(key, value, withPayloads));
    else if (key === 'assignedVariables') payloads.push(...presentVariables(value, withPayloads));
    else if (typeof value === 'string' || typeof value === 'number') details[key] = value;
  }
  return {
    id,
    previousEventId,
    timestamp: new Date(timestamp).toISOString(),
    type: event.type === 'Unrecognised' ? event.recordedType : type,
    details,
    payloads,
  };
}

function presentVariables(value: unknown, withPayloads: boolean): z.infer<typeof EventPayload>[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('known' in value && isPayload(value))
    return [describePayload('assignedVariables', value, withPayloads)];
  return Object.entries<unknown>({ ...value }).flatMap(([name, text]) =>
    typeof text === 'string' ? [describePayload(`$${name}`, text, withPayloads)] : [],
  );
}
