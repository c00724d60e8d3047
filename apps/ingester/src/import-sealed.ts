import {
  blockStart,
  CHUNK_EVENTS,
  type Chunk,
  encodeChunk,
  type SealedChunk,
  type SealedExecution,
  stateExecution,
} from '@steptrail/archive';
import {
  adoptExecutionId,
  type ExecutionWithReplay,
  ensurePartitions,
  executionIdFor,
  findExecutionId,
  type NewExecution,
  readExecution,
  readSealable,
  removeChunks,
  type SealableExecution,
  type Sql,
  saveChunks,
  saveExecution,
  timeOfExecutionId,
} from '@steptrail/store';
import { readArchivedEvents } from './archive-chunks.ts';
import { compareEvents } from './compare-events.ts';
import { present } from './context.ts';
import { isClosed } from './history-end.ts';
import { type Importing, type ImportOutcome, ImportRefusal } from './import-ledger.ts';
import { keepEvidence } from './keep-evidence.ts';
import { rejudge } from './rejudge.ts';

/** A chunk's events as a line of an export holds them. */
export interface GivenEvents {
  readonly firstEventId: number;
  readonly rawEvents: readonly unknown[];
}

/** What a file says of an execution: its facts, whether they were sealed, and where. */
export interface GivenExecution {
  readonly execution: SealedExecution;
  readonly sealed: boolean;
  /** File and line. */
  readonly origin: string;
}

/** Step Functions has been there since then. */
const FIRST_START = Date.parse('2016-12-01T00:00:00Z');
const DAY = 86_400_000;

/**
 * Takes an exported execution over, if what is archived then gives the statement that was sealed; replays and judges
 * it. What the archive has already is only compared.
 * @throws ImportRefusal; then nothing of it is kept
 */
export async function importSealed(
  importing: Importing,
  given: GivenExecution,
  events: AsyncIterable<GivenEvents>,
): Promise<{ readonly outcome: ImportOutcome; readonly message?: string | undefined }> {
  const { sql } = importing;
  const { executionArn, executionId } = given.execution;
  const start = timeOfExecutionId(executionId);
  if (executionIdFor(executionArn, start) !== executionId) {
    throw new ImportRefusal(`${executionArn} was refused: its executionId is not its own.`);
  }
  refuseStart(importing, executionArn, start);
  const own = await findExecutionId(sql, executionArn);
  await ensurePartitions(sql, own === undefined ? [start] : [start, timeOfExecutionId(own)]);
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${executionArn}, 0))`;
    const known = await readExecution(tx, executionArn);
    const result =
      known === undefined ? await takeOver(tx, given, events) : await compare(tx, known, given, events);
    if (result.outcome === 'imported' || result.outcome === 'extended') {
      await rejudge(tx, { now: importing.now, destinations: [] }, executionArn);
    }
    return result;
  });
}

/** @throws ImportRefusal where an execution cannot have started then: its month would be made for it */
export function refuseStart(importing: Importing, executionArn: string, start: Date): void {
  const at = start.getTime();
  if (at >= FIRST_START && at <= present(importing).getTime() + DAY) return;
  const when = Number.isNaN(at) ? 'at no time' : `at ${start.toISOString()}`;
  throw new ImportRefusal(`${executionArn} was refused: it says that it started ${when}.`);
}

function rowOf(
  execution: SealedExecution,
  executionId: string,
  source: NewExecution['source'],
): NewExecution {
  const { stopDate, redriveDate } = execution;
  return {
    ...execution,
    executionId,
    source,
    type: execution.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    startDate: new Date(execution.startDate),
    stopDate: stopDate === null ? null : new Date(stopDate),
    redriveDate: redriveDate === null ? null : new Date(redriveDate),
  };
}

async function takeOver(tx: Sql, { execution }: GivenExecution, events: AsyncIterable<GivenEvents>) {
  const executionId = await adoptExecutionId(tx, execution.executionArn, execution.executionId);
  await saveExecution(tx, rowOf(execution, executionId, 'import'));
  for await (const chunk of provenChunks(execution, events)) await saveChunks(tx, executionId, [chunk]);
  await prove(tx, execution, executionId);
  return { outcome: 'imported' } as const;
}

/** The chunks of the file, each with the digest that was sealed; all of them, in order. */
async function* provenChunks(
  { executionArn, chunks }: SealedExecution,
  events: AsyncIterable<GivenEvents>,
): AsyncGenerator<Chunk & { readonly rawEvents: readonly unknown[] }> {
  const waiting: SealedChunk[] = [...chunks];
  for await (const { firstEventId, rawEvents } of events) {
    const sealed = waiting.shift();
    if (sealed?.firstEventId !== firstEventId) {
      const { firstEventId: first, lastEventId: last } = sealed ?? {
        firstEventId,
        lastEventId: firstEventId,
      };
      throw new ImportRefusal(
        `${executionArn} was refused: its events ${first} to ${last} are not in their place in the file.`,
      );
    }
    const chunk = encodeChunk(rawEvents, sealed.codec === 2 ? 2 : 1, firstEventId);
    if (chunk.sha256.toString('hex') !== sealed.sha256) {
      throw new ImportRefusal(
        `${executionArn} was refused: its events ${firstEventId} to ${sealed.lastEventId} are not those that were sealed; get the file again from where it was exported.`,
      );
    }
    yield { ...chunk, rawEvents };
  }
  const [missing] = waiting;
  if (missing === undefined) return;
  throw new ImportRefusal(
    `${executionArn} was refused: its events from ${missing.firstEventId} on are missing from the file.`,
  );
}

/** What is archived now must state what was sealed there. An id that this archive gave before is its own affair. */
async function prove(tx: Sql, execution: SealedExecution, executionId: string): Promise<void> {
  const { executionArn } = execution;
  const stored = (await readSealable(tx, [executionArn])).get(executionArn);
  if (stored !== undefined && stateExecution(stored) === stateExecution({ ...execution, executionId }))
    return;
  throw new ImportRefusal(
    `${executionArn} was refused: archived here, it does not give the digest that it was sealed with.`,
  );
}

async function compare(
  tx: Sql,
  known: ExecutionWithReplay,
  given: GivenExecution,
  events: AsyncIterable<GivenEvents>,
): Promise<{ readonly outcome: ImportOutcome; readonly message?: string }> {
  const { execution, sealed, origin } = given;
  const { executionArn } = execution;
  const { executionId } = known;
  const stored = (await readSealable(tx, [executionArn])).get(executionArn);
  if (stored === undefined)
    throw new ImportRefusal(`${executionArn} was refused: its row in the archive is damaged.`);
  const grown: Chunk[] = [];
  let message: string | undefined;
  let block: GivenBlock = { firstEventId: 1, chunks: [], fresh: 0 };
  for await (const { rawEvents, ...chunk } of provenChunks(execution, events)) {
    const { firstEventId, lastEventId } = chunk;
    if (blockStart(firstEventId) !== block.firstEventId) {
      grown.push(...grownChunks(stored, block));
      block = { firstEventId: blockStart(firstEventId), chunks: [], fresh: 0 };
    }
    block.chunks.push(chunk);
    const own = stored.chunks.find((one) => one.firstEventId === firstEventId);
    if (own?.sha256 === chunk.sha256.toString('hex')) continue;
    const range = { fromEventId: firstEventId, toEventId: lastEventId };
    const archived = await readArchivedEvents(tx, executionId, range);
    if (archived.problems.length > 0) {
      throw new ImportRefusal(`${executionArn} was refused: ${archived.problems.join(' ')}`);
    }
    const { fresh, conflicting } = compareEvents(archived.rawEvents, rawEvents, chunk.codec);
    block.fresh += fresh.length;
    if (conflicting.length > 0) {
      const content = conflicting;
      message = await keepEvidence(tx, { executionArn, firstEventId, content, origin });
    }
  }
  grown.push(...grownChunks(stored, block));
  if (message !== undefined) return { outcome: 'conflict', message };
  const expected = { ...execution, executionId };
  if (stateExecution(stored) === stateExecution(expected)) return { outcome: 'unchanged' };
  if ((hasMore(stored, execution) || !sealed) && grown.length === 0) return { outcome: 'unchanged' };
  if (contradicts(stored, expected)) {
    const content = [execution];
    return {
      outcome: 'conflict',
      message: await keepEvidence(tx, { executionArn, firstEventId: 0, content, origin }),
    };
  }
  await replaceGrown(tx, executionId, grown);
  await saveExecution(tx, { ...rowOf(execution, executionId, known.source) });
  await prove(tx, execution, executionId);
  return { outcome: 'extended' };
}

/** The chunks of a block as the file has them, and how many of its events are not archived. */
interface GivenBlock {
  readonly firstEventId: number;
  readonly chunks: Chunk[];
  fresh: number;
}

/** All chunks of a block of which the file has more, for it may be cut otherwise now. */
function grownChunks(
  stored: SealableExecution,
  { firstEventId, chunks, fresh }: GivenBlock,
): readonly Chunk[] {
  if (fresh === 0) return [];
  const here = stored.chunks.filter((one) => blockStart(one.firstEventId) === firstEventId);
  const count = (list: readonly { readonly events: number }[]) =>
    list.reduce((sum, { events }) => sum + events, 0);
  if (count(here) + fresh === count(chunks)) return chunks;
  throw new ImportRefusal(
    `${stored.executionArn} was refused: of its events from ${firstEventId} on the archive has some that the file has not, and the file some that the archive has not.`,
  );
}

async function replaceGrown(tx: Sql, executionId: string, grown: readonly Chunk[]): Promise<void> {
  for (const fromEventId of new Set(grown.map((chunk) => blockStart(chunk.firstEventId)))) {
    await removeChunks(tx, executionId, { fromEventId, toEventId: fromEventId + CHUNK_EVENTS - 1 });
  }
  await saveChunks(tx, executionId, grown);
}

/** Whether the archive has gone on since the file was written. */
function hasMore(stored: SealableExecution, given: SealedExecution): boolean {
  return stored.redriveCount > given.redriveCount || stored.events > given.events;
}

/** Facts that never change while an execution goes on; of a closed one, with no redrive since, all of them. */
function contradicts(stored: SealableExecution, given: SealedExecution): boolean {
  const goesOn = !isClosed(stored.status) || given.redriveCount > stored.redriveCount || !stored.complete;
  const fixed = [
    ...(['stateMachineArn', 'name', 'type', 'startDate', 'mapRunArn', 'revisionId'] as const),
    ...(['stateMachineVersionArn', 'stateMachineAliasArn', 'definitionSha256'] as const),
    ...(goesOn ? [] : (['status', 'stopDate', 'redriveCount', 'redriveDate'] as const)),
  ];
  return fixed.some((member) => stored[member] !== null && stored[member] !== given[member]);
}
