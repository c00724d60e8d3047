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

function reportInLines(): ProgressReporter {
  return {
    stop: () => {},
    report: (event, source) => {
      const say = (line: string) => writeNote(source === undefined ? line : `${source}: ${line}`);
      switch (event.kind) {
        case 'state machines':
          say(`${plural(event.stateMachines, 'state machine')} found.`);
          break;
        case 'archived':
          if (event.done === event.total || event.done % LINE_EVERY === 0) {
            say(`${event.done} of ${plural(event.total, 'execution')} archived.`);
          }
          break;
        case 'problem':
          say(event.message);
          break;
        case 'finished':
          say(describeReport(event.report));
          break;
        case 'announced':
        case 'listed':
        case 'logs read':
          break;
      }
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
  const say = (line: string) => {
    if (bar.isActive) bar.stop();
    writeNote(line);
  };
  return {
    stop: () => bar.stop(),
    report: (event) => {
      switch (event.kind) {
        case 'archived':
          if (bar.isActive) bar.setTotal(event.total);
          else bar.start(event.total, 0);
          bar.update(event.done);
          break;
        case 'problem':
          say(event.message);
          break;
        case 'finished':
          say(describeReport(event.report));
          break;
        case 'state machines':
          say(`${plural(event.stateMachines, 'state machine')} found.`);
          break;
        case 'announced':
        case 'listed':
        case 'logs read':
          break;
      }
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
