import type { AlertDestination } from '@steptrail/alerts';
import type { AwsClients } from '@steptrail/aws';
import type { Client, ProblemRow, TaskScope } from '@steptrail/store';
import type { EventFlow } from './event-flow.ts';

/** Of what an ingest reads: shown on the dashboard, kept with the run. */
export interface SourceFacts {
  readonly kind: 'aws' | 'endpoint' | 'sandbox';
  readonly region: string;
  /** Undefined where the server does not say. */
  readonly accountId?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** What an ingest needs of the world. */
export interface IngestContext {
  /** Its pool must hold at least one connection more than `concurrency`, and two more to follow a queue. */
  readonly sql: Client;
  readonly clients: AwsClients;
  readonly source: SourceFacts;
  /**
   * Where several sources fill one archive: the account and Region whose executions these clients may ask for, and which
   * their problems name. Undefined: all that is asked for is theirs.
   */
  readonly scope?: TaskScope | undefined;
  /** The present; the system's clock unless told, another in a sandbox and in tests. */
  readonly now?: (() => Date) | undefined;
  /** Who publishes notifications to a topic; undefined: `clients`. */
  readonly alertClients?: AwsClients | undefined;
  readonly destinations?: readonly AlertDestination[] | undefined;
  /** Where the dashboard is, for links in notifications. Default http://127.0.0.1:4400 */
  readonly dashboardUrl?: string | undefined;
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Executions fetched at a time. Default 4. */
  readonly concurrency?: number | undefined;
  /** Days for which AWS keeps closed executions: 90, or 30 where the account asked for that. */
  readonly retentionDays?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether running executions that have been quiet for long are looked at less often; else every one is, each time. */
  readonly patient?: boolean | undefined;
  /** Called between two pieces of a pass's work, for what cannot wait for its end. */
  readonly turn?: (() => Promise<void>) | undefined;
  /** An SQS queue to which EventBridge sends the account's status changes. */
  readonly queueUrl?: string | undefined;
  /** What has come from that queue, kept by who follows it: it decides how often the lists are read. */
  readonly flow?: EventFlow | undefined;
}

/** What happens, for a bar on a terminal or plain lines. */
export type ProgressEvent =
  | { readonly kind: 'state machines'; readonly stateMachines: number }
  | {
      readonly kind: 'listed';
      readonly stateMachineArn: string;
      readonly executions: number;
      readonly queued: number;
    }
  | {
      readonly kind: 'archived';
      readonly executionArn: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'announced'; readonly executions: number; readonly archived: number }
  | { readonly kind: 'logs read'; readonly logGroupName: string; readonly executions: number }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string }
  | { readonly kind: 'finished'; readonly report: IngestReport };

/** What one ingest did. Nothing is wrong when `problems` is empty. */
export interface IngestReport {
  readonly source: SourceFacts;
  readonly stateMachines: number;
  /** Executions that AWS listed. */
  readonly listed: number;
  /** Executions of which something new was archived. */
  readonly archived: number;
  /** Executions looked at that had nothing new. */
  readonly unchanged: number;
  /** Executions that could not be fetched, or not to their end. */
  readonly failed: number;
  /** History events and log records archived. */
  readonly events: number;
  /** Executions judged again because time has passed. */
  readonly rechecked: number;
  readonly alertsDelivered: number;
  readonly alertsFailed: number;
  /** What is wrong now, from this ingest or from earlier ones and not mended since. */
  readonly problems: readonly ProblemRow[];
}

/** The counters of a report while it is made. */
export interface Tally {
  stateMachines: number;
  listed: number;
  archived: number;
  unchanged: number;
  failed: number;
  events: number;
  rechecked: number;
  alertsDelivered: number;
  alertsFailed: number;
}

export function newTally(): Tally {
  return {
    stateMachines: 0,
    listed: 0,
    archived: 0,
    unchanged: 0,
    failed: 0,
    events: 0,
    rechecked: 0,
    alertsDelivered: 0,
    alertsFailed: 0,
  };
}

/** The present of a context. */
export function present(context: Pick<IngestContext, 'now'>): Date {
  return context.now?.() ?? new Date();
}
