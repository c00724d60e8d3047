import type { ExecutionStatus, HistoryEventOnWire } from '@steptrail/history';

/** Epoch milliseconds. */
export type Time = number;

/** How a state machine logs to CloudWatch Logs. */
export interface Logging {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
  /** Undefined at level OFF. */
  readonly logGroupName?: string | undefined;
}

/** A definition that a state machine has had since `from`. The first revision of a machine has no id on AWS. */
export interface Revision {
  readonly revisionId?: string | undefined;
  readonly from: Time;
  /** The definition as it was given, JSON text. */
  readonly definition: string;
}

export interface Machine {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly roleArn: string;
  readonly creationDate: Time;
  readonly description?: string | undefined;
  /** Oldest first, at least one. */
  readonly revisions: readonly [Revision, ...Revision[]];
  readonly logging: Logging;
  readonly tags: Readonly<Record<string, string>>;
}

/** An execution as ListExecutions and DescribeExecution tell it at some moment. */
export interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: Time;
  readonly stopDate?: Time | undefined;
  readonly redriveCount: number;
  readonly redriveDate?: Time | undefined;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly revision: Revision;
}

/** The events of an execution so far: written out page by page, for a history may be long. */
export interface History {
  readonly length: number;
  /** Events from index `from` up to but without `to`, oldest first. */
  readonly page: (from: number, to: number) => readonly HistoryEventOnWire[];
}

export interface LogGroup {
  readonly logGroupName: string;
  readonly creationTime: Time;
  readonly retentionInDays?: number | undefined;
}

/** One event of CloudWatch Logs; `eventId` is unique in its group. */
export interface LogEvent {
  readonly logStreamName: string;
  readonly timestamp: Time;
  readonly message: string;
  readonly ingestionTime: Time;
  readonly eventId: string;
}

/**
 * What an AWS account holds, seen at a given moment (`now`, epoch milliseconds): nothing later has happened yet.
 * The answers hold what was ever there; what AWS has forgotten meanwhile is left out by the operations.
 */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  /** How long after its end an execution is kept; undefined: for ever. Milliseconds. */
  readonly retention?: number | undefined;
  readonly stateMachines: (now: Time) => readonly Machine[];
  /** Executions of a Standard state machine, in any order. */
  readonly executions: (stateMachineArn: string, now: Time) => readonly Execution[];
  readonly findExecution: (executionArn: string, now: Time) => Execution | undefined;
  readonly history: (executionArn: string, now: Time) => History | undefined;
  readonly logGroups: (now: Time) => readonly LogGroup[];
  /**
   * Log events of a group by time, then by order of ingestion; those ingested after `now` are not there yet.
   * Earlier ones than `from` may be left out, which spares making them.
   */
  readonly logEvents: (logGroupName: string, now: Time, from: Time) => readonly LogEvent[];
}

/** An account's Region in which there is nothing. */
export function emptyAccount(accountId: string, region: string): Account {
  return {
    accountId,
    region,
    stateMachines: () => [],
    executions: () => [],
    findExecution: () => undefined,
    history: () => undefined,
    logGroups: () => [],
    logEvents: () => [],
  };
}
