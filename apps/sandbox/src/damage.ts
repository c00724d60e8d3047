import type { Fault } from './faults.ts';
import type { Answer } from './operation.ts';
import { expireToken } from './paging.ts';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function renameMiddle(events: readonly unknown[]): readonly unknown[] {
  const middle = Math.floor(events.length / 2);
  return events.map((event, index) => {
    if (index !== middle || !isRecord(event)) return event;
    const { id, previousEventId, timestamp } = event;
    return { id, previousEventId, timestamp, type: 'QuantumStateEntangled' };
  });
}

function isHeldBack(event: unknown): boolean {
  const arn = isRecord(event) ? /"execution_arn":"[^"]*([0-9a-f])"/.exec(String(event.message)) : null;
  return arn !== null && Number.parseInt(arn[1] ?? '0', 16) % 2 === 1;
}

/** What a fault does to an otherwise good answer. Faults that refuse or break the transport leave it alone. */
export function damage(answer: Answer, faults: readonly Fault[]): Answer {
  let damaged = answer;
  for (const { kind } of faults) {
    const { events, nextToken } = damaged;
    if (kind === 'expired page tokens' && typeof nextToken === 'string')
      damaged = { ...damaged, nextToken: expireToken(nextToken) };
    if (!Array.isArray(events)) continue;
    if (kind === 'unknown event') damaged = { ...damaged, events: renameMiddle(events) };
    if (kind === 'duplicated log records')
      damaged = { ...damaged, events: events.flatMap((one) => [one, one]) };
    if (kind === 'late log records')
      damaged = { ...damaged, events: events.filter((one) => !isHeldBack(one)) };
  }
  return damaged;
}
