import { createAwsClients, PLACEHOLDER_CREDENTIALS, quotasOf } from '@steptrail/aws';
import { connect } from '@steptrail/store';
import { ingestOnce } from '../ingest.ts';

/** An ingest in a process of its own, to be killed: `node … DATABASE_URL ENDPOINT NOW [WEBHOOK]`. Writes its counts. */
const [databaseUrl = '', endpoint = '', now = '', webhook = ''] = process.argv.slice(2);
const sql = connect(databaseUrl, { max: 4 });
const region = 'us-east-1';
const clients = createAwsClients({
  region,
  endpoint,
  credentials: PLACEHOLDER_CREDENTIALS,
  quotas: quotasOf(region),
  maxAttempts: 2,
  requestTimeout: 1000,
});
const report = await ingestOnce({
  sql,
  clients,
  source: { kind: 'sandbox', region, endpoint },
  now: () => new Date(Number(now)),
  concurrency: 2,
  destinations: webhook === '' ? [] : [{ kind: 'webhook', url: webhook, secret: 'a secret of some length' }],
});
clients.close();
await sql.end();
process.stdout.write(JSON.stringify({ archived: report.archived, events: report.events }));
process.exitCode = report.problems.length === 0 ? 0 : 1;
