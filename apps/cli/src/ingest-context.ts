import { type AlertDestination, parseDestinations } from '@steptrail/alerts';
import { type AwsClients, createAwsClients } from '@steptrail/aws';
import { type IngestContext, type ProgressEvent, shareBudgets } from '@steptrail/ingester';
import type { ChosenSource } from './choose-source.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import type { OpenDatabase } from './open-database.ts';
import { UsageError } from './usage-error.ts';

/** How an installation ingests, whatever it reads. */
export interface IngestSettings {
  readonly destinations: readonly AlertDestination[];
  /** Who publishes to the topic, where several accounts are read; undefined: who reads. */
  readonly alertClients?: AwsClients | undefined;
  /** Executions fetched at a time, of each source. */
  readonly concurrency: number;
  /** Sources that ingest at a time. */
  readonly parallel: number;
  readonly pollMilliseconds: number;
  /** Queues whose events are taken up at a time. */
  readonly queues: number;
  /** Of the dashboard, for links; undefined: where it listens. */
  readonly dashboardUrl?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** So many executions are fetched at a time by all sources together, unless the configuration says otherwise. */
const MOST_AT_A_TIME = 16;

/** So many queues have their events taken up at a time; more of them only wait for messages. */
const MOST_QUEUES = 4;
/** Connections that taking up events needs: two workers, and what they ask. */
const CONNECTIONS_OF_QUEUE = 3;

/**
 * What environment and configuration file say about ingesting; a variable of the environment goes before the file.
 * @param sources how many accounts and Regions are read
 * @throws UsageError where a destination of alerts is not written well
 */
export function readIngestSettings(
  env: Environment,
  file: ConfigurationFile | undefined,
  sources: number,
): IngestSettings {
  const { webhookUrl, snsTopicArn } = file?.alerts ?? {};
  const { destinations, problems } = parseDestinations({
    STEPTRAIL_WEBHOOK_URL: env.STEPTRAIL_WEBHOOK_URL || webhookUrl,
    STEPTRAIL_WEBHOOK_SECRET: env.STEPTRAIL_WEBHOOK_SECRET,
    STEPTRAIL_SNS_TOPIC_ARN: env.STEPTRAIL_SNS_TOPIC_ARN || snsTopicArn,
  });
  if (problems.length > 0) throw new UsageError(problems.map(({ message }) => message).join(' '));
  const parallel = Math.min(sources, file?.parallel ?? MOST_AT_A_TIME);
  const alertRegion = destinations.flatMap((one) =>
    one.kind === 'sns' ? one.topicArn.split(':')[3] : [],
  )[0];
  return {
    destinations,
    alertClients:
      file?.accounts === undefined || alertRegion === undefined
        ? undefined
        : createAwsClients({ region: alertRegion, endpoint: env.AWS_ENDPOINT_URL || file.endpoint }),
    concurrency: file?.concurrency ?? Math.max(1, Math.min(4, Math.floor(MOST_AT_A_TIME / parallel))),
    parallel,
    dashboardUrl: env.STEPTRAIL_URL || file?.dashboardUrl,
    pollMilliseconds: (file?.pollSeconds ?? 60) * 1000,
    queues: Math.min(MOST_QUEUES, sources),
  };
}

/** Connections that ingesting and answering requests need at once. */
export function connectionsFor({ concurrency, parallel, queues }: IngestSettings): number {
  return parallel * (concurrency + 1) + queues * CONNECTIONS_OF_QUEUE + 8;
}

/** What an ingest needs, from what was opened and what the configuration says. */
export function ingestContextOf(
  database: OpenDatabase,
  source: ChosenSource,
  settings: IngestSettings,
  more: {
    readonly dashboardUrl: string;
    readonly signal: AbortSignal;
    readonly onProgress: (event: ProgressEvent) => void;
  },
): IngestContext {
  const { accountId, region, endpoint, quotas } = source;
  const place = accountId === undefined ? undefined : { accountId, region };
  return {
    sql: database.sql,
    clients:
      place === undefined || quotas === undefined
        ? source.clients
        : shareBudgets(database.sql, source.clients, place, quotas),
    alertClients: settings.alertClients,
    source: {
      kind: source.kind === 'aws' && endpoint !== undefined ? 'endpoint' : source.kind,
      region,
      accountId,
      endpoint,
    },
    scope: source.scoped ? place : undefined,
    concurrency: settings.concurrency,
    retentionDays: source.retentionDays,
    queueUrl: source.queueUrl,
    destinations: settings.destinations,
    ...more,
  };
}
