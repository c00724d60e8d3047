// A process of its own, whose processor time and memory are measured. Usage: ingest-run.mjs DATABASE_URL ENDPOINT
import { CODECS, cutIntoBlocks, encodeBlock } from '@steptrail/archive';
import { parse } from '@steptrail/asl';
import { createAwsClients, PLACEHOLDER_CREDENTIALS, readHistory } from '@steptrail/aws';
import { normaliseHistory } from '@steptrail/history';
import { ingestOnce } from '@steptrail/ingester';
import { compile, replay } from '@steptrail/interpreter';
import { checkExecution } from '@steptrail/rules';
import { connect, listExecutions, readDefinition, readStateMachine } from '@steptrail/store';

const [url = '', endpoint = '', stages] = process.argv.slice(2);
const now = () => new Date(Date.UTC(2026, 0, 2));
const sql = connect(url, { max: 6 });
const clients = createAwsClients({ region: 'us-east-1', endpoint, credentials: PLACEHOLDER_CREDENTIALS });
const processorTime = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;

const from = performance.now();
const before = processorTime();
const { archived, events } = await ingestOnce({
  sql,
  clients,
  source: { kind: 'sandbox', region: 'us-east-1', endpoint },
  now,
  concurrency: 4,
});
const result = {
  archived,
  events,
  cpu: processorTime() - before,
  wall: performance.now() - from,
  peak: process.resourceUsage().maxRSS / 1024,
};

/** The stages once more, each alone: what the whole took beyond them is the database's client and the rest. */
async function measureStages() {
  const { rows } = await sql.begin((tx) => listExecutions(tx, { limit: 1000 }));
  const [first] = rows;
  const machine = first && (await readStateMachine(sql, first.stateMachineArn));
  const definition = machine?.definitionSha256 && (await readDefinition(sql, machine.definitionSha256));
  const parsed = definition ? parse(definition.definition, { type: 'STANDARD' }) : undefined;
  if (!parsed?.ok || first === undefined) throw new Error('no definition');
  const program = compile(parsed.machine, { type: 'STANDARD' });
  const { stateMachineArn } = first;
  const spent = { http: 0, archive: 0, replay: 0 };
  const sizes = { received: 0, stored: 0 };
  for (const { executionArn } of rows) {
    const start = processorTime();
    const raw: unknown[] = [];
    for await (const page of readHistory(clients, executionArn, {})) raw.push(...page.events);
    const fetched = processorTime();
    for (const block of cutIntoBlocks(raw)) {
      for (const { body } of encodeBlock(block, CODECS.historyEvents)) sizes.stored += body.length;
    }
    const encoded = processorTime();
    const trace = replay(program, normaliseHistory(raw).events, { executionArn, stateMachineArn });
    const time = now().getTime();
    const judged = {
      stateMachineArn,
      executionArn,
      type: 'STANDARD' as const,
      machine: parsed.machine,
      trace,
      now: time,
    };
    void [...checkExecution(judged)];
    spent.http += fetched - start;
    spent.archive += encoded - fetched;
    spent.replay += processorTime() - encoded;
    sizes.received += JSON.stringify({ events: raw }).length;
  }
  return { ...spent, ...sizes };
}

console.log(JSON.stringify({ ...result, ...(stages === undefined ? {} : await measureStages()) }));
clients.close();
await sql.end();
