import { EVENT_TYPES, type Event, writeLogRecord } from '@steptrail/history';
import type { LogEvent, Machine } from '../account.ts';
import { between, diceOf, hex } from './dice.ts';
import type { Run } from './runs.ts';

const RANK = { FATAL: 0, ERROR: 1, ALL: 2, OFF: 3 } as const;

function isLogged(event: Event, level: Machine['logging']['level']): boolean {
  if (level === 'OFF') return false;
  const least = event.type === 'Unrecognised' ? 'ALL' : EVENT_TYPES[event.type].log;
  return RANK[least] <= RANK[level];
}

/** What a run leaves in CloudWatch Logs: delivered some seconds later, now and then spread over two streams. */
export function logEventsOf(run: Run, machine: Machine, events: readonly Event[]): readonly LogEvent[] {
  const { level, includeExecutionData } = machine.logging;
  const dice = diceOf(run.seed);
  const minute = new Date(run.start).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  const stream = `states/${machine.name}/${machine.type === 'EXPRESS' ? minute : minute.slice(0, 13)}`;
  const second = dice('two streams') < 0.1 ? 1 : 0;
  return events
    .filter((event) => isLogged(event, level))
    .map((event) => ({
      logStreamName: `${stream}/${hex(dice, 8, 'stream', event.id % 2 === 0 ? second : 0)}`,
      timestamp: event.timestamp,
      message: JSON.stringify(
        writeLogRecord(event, { executionArn: run.executionArn, redriveCount: 0 }, { includeExecutionData }),
      ),
      ingestionTime: event.timestamp + between(dice, 900, 9000, 'delivery', event.id),
      eventId: `${String(event.timestamp).padStart(20, '3')}${String(run.seed).padStart(20, '0')}${String(event.id).padStart(16, '0')}`,
    }));
}
