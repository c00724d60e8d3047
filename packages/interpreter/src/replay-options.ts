import type { ExecutionStatus, LogLevel, StandIns } from '@steptrail/history';
import type { Json } from './expressions/index.ts';

/** What replay is told beside the events. All of it is optional data. */
export interface ReplayOptions {
  /** Used where a definition is given; a compiled program has its type. */
  readonly type?: 'STANDARD' | 'EXPRESS' | undefined;
  /**
   * Where a definition is given: the name of the distributed Map whose child execution this is, see `compile`.
   */
  readonly processorOf?: string | undefined;
  readonly executionArn?: string | undefined;
  /** Default: from the execution's ARN. */
  readonly stateMachineArn?: string | undefined;
  /** Log records at a level below ALL lack events by design; gaps are no divergences then. Default ALL. */
  readonly logLevel?: LogLevel | undefined;
  /**
   * The events are log records: delivered at best effort, so that any order, doubles and gaps are no divergences.
   * Default: as with any `logLevel` but ALL.
   */
  readonly logged?: boolean | undefined;
  /** The input of the execution, where it is known although no event tells it. */
  readonly input?: Json | undefined;
  /** How the execution ended, where that is known beside a whole history: not of logs. */
  readonly status?: ExecutionStatus | undefined;
  /** What the author of a recorded case replaced in it: see `readStandIns`. */
  readonly standIns?: StandIns | undefined;
}

/** Whether the log leaves events out by design. */
export const isPartial = ({ logLevel }: ReplayOptions): boolean =>
  logLevel === 'ERROR' || logLevel === 'FATAL';

/** Whether the events are log records. */
export const isLogged = (options: ReplayOptions): boolean => options.logged ?? isPartial(options);
