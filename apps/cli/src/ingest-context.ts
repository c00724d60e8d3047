import { parseDestinations } from '@steptrail/alerts';
import type { IngestContext, ProgressEvent } from '@steptrail/ingester';
import type { ChosenSource } from './choose-source.ts';
import type { OpenDatabase } from './open-database.ts';
import { UsageError } from './usage-error.ts';

/**
 * What an ingest needs, from what was opened and what the environment says.
 * @throws UsageError where a destination of alerts is not written well
 */
export function ingestContextOf(
  database: OpenDatabase,
  source: ChosenSource,
  dashboardUrl: string,
  signal: AbortSignal,
  onProgress: (event: ProgressEvent) => void,
): IngestContext {
  const destinations = parseDestinations(process.env);
  if (destinations.problems.length > 0)
    throw new UsageError(destinations.problems.map(({ message }) => message).join(' '));
  return {
    sql: database.sql,
    clients: source.clients,
    source: {
      kind: source.kind === 'aws' && source.endpoint !== undefined ? 'endpoint' : source.kind,
      region: source.region,
      accountId: source.accountId,
      endpoint: source.endpoint,
    },
    destinations: destinations.destinations,
    dashboardUrl,
    signal,
    onProgress,
  };
}
