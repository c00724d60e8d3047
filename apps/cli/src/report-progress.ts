import type { IngestReport, ProgressEvent } from '@steptrail/ingester';
import { SingleBar } from 'cli-progress';
import { writeNote } from './write-output.ts';

/** Shows what an ingest does: a bar on a terminal, plain lines elsewhere. */
export interface ProgressReporter {
  /** @param source which one it is about, where there are several */
  readonly report: (event: ProgressEvent, source?: string) => void;
  readonly stop: () => void;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** An ingest's result in one sentence. */
export function describeReport(report: IngestReport): string {
  const parts = [
    plural(report.stateMachines, 'state machine'),
    `${plural(report.archived, 'execution')} archived (${plural(report.events, 'event')})`,
    `${report.unchanged} unchanged`,
  ];
  if (report.failed > 0) parts.push(`${report.failed} not to their end`);
  if (report.alertsDelivered > 0) parts.push(`${plural(report.alertsDelivered, 'alert')} sent`);
  if (report.problems.length > 0) parts.push(plural(report.problems.length, 'problem'));
  return `${parts.join(', ')}.`;
}

/** Every so many executions a plain line says how far it is. */
const LINE_EVERY = 100;

/** What is said of an event wherever it is said; undefined: nothing. */
function describeEvent(event: ProgressEvent): string | undefined {
  switch (event.kind) {
    case 'state machines':
      return `${plural(event.stateMachines, 'state machine')} found.`;
    case 'problem':
      return event.message;
    case 'finished':
      return describeReport(event.report);
    case 'archived':
    case 'announced':
    case 'listed':
    case 'logs read':
      return undefined;
  }
}

function reportInLines(): ProgressReporter {
  return {
    stop: () => {},
    report: (event, source) => {
      const isDue =
        event.kind === 'archived' && (event.done === event.total || event.done % LINE_EVERY === 0);
      const line = isDue
        ? `${event.done} of ${plural(event.total, 'execution')} archived.`
        : describeEvent(event);
      if (line !== undefined) writeNote(source === undefined ? line : `${source}: ${line}`);
    },
  };
}

function reportInBar(): ProgressReporter {
  const bar = new SingleBar({
    format: 'Archiving {bar} {value}/{total} executions, {duration_formatted}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  return {
    stop: () => bar.stop(),
    report: (event) => {
      if (event.kind === 'archived') {
        if (bar.isActive) bar.setTotal(event.total);
        else bar.start(event.total, 0);
        bar.update(event.done);
      }
      const line = describeEvent(event);
      if (line === undefined) return;
      if (bar.isActive) bar.stop();
      writeNote(line);
    },
  };
}

/** A reporter that suits the place it writes to; one bar cannot show several sources, so they get lines. */
export function createProgressReporter({
  several = false,
  isTerminal = process.stderr.isTTY === true,
}: {
  readonly several?: boolean;
  readonly isTerminal?: boolean;
} = {}): ProgressReporter {
  return isTerminal && !several ? reportInBar() : reportInLines();
}
