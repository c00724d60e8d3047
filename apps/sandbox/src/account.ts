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

/** A published version: the revision that was in force when it was published. */
export interface Version {
  readonly version: number;
  readonly creationDate: Time;
  readonly revision: Revision;
}

/** An alias leads to one version or two; the weights are percent. */
export interface Alias {
  readonly name: string;
  readonly description?: string | undefined;
  readonly routing: readonly { readonly version: number; readonly weight: number }[];
  readonly creationDate: Time;
  readonly updateDate: Time;
}

/** As DescribeStateMachine writes it. */
export interface Encryption {
  readonly type: 'AWS_OWNED_KEY' | 'CUSTOMER_MANAGED_KMS_KEY';
  readonly kmsKeyId?: string;
  readonly kmsDataKeyReusePeriodSeconds?: number;
}

export interface Activity {
  readonly activityArn: string;
  readonly name: string;
  readonly creationDate: Time;
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
  /** Default: a key that AWS owns. */
  readonly encryption?: Encryption | undefined;
  /** Oldest first. */
  readonly versions?: readonly Version[] | undefined;
  readonly aliases?: readonly Alias[] | undefined;
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
  /** Of a child execution. */
  readonly mapRunArn?: string | undefined;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
}

/** A Map Run at some moment, with the children that have started. */
export interface MapRun {
  readonly mapRunArn: string;
  /** Of the execution that started it. */
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startDate: Time;
  readonly stopDate?: Time | undefined;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly toleratedFailureCount: number;
  readonly redriveCount: number;
  readonly redriveDate?: Time | undefined;
  /** Items that have no child yet. */
  readonly pending: number;
  readonly children: readonly Execution[];
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
  /** The Map Runs that an execution has started. */
  readonly mapRuns: (executionArn: string, now: Time) => readonly MapRun[];
  readonly findMapRun: (mapRunArn: string, now: Time) => MapRun | undefined;
  readonly activities: (now: Time) => readonly Activity[];
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
    mapRuns: () => [],
    findMapRun: () => undefined,
    activities: () => [],
    logGroups: () => [],
    logEvents: () => [],
  };
}
