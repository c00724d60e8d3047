import { blockStart, CHUNK_EVENTS, CODECS, type Codec, eventIdOf } from '@steptrail/archive';
import type { WorkflowType } from '@steptrail/asl';
import {
  type Event,
  normaliseHistory,
  normaliseLogRecords,
  orderEvents,
  parseStatesArn,
  stateMachineArnOf,
} from '@steptrail/history';
import {
  clearProblem,
  type ExecutionWithReplay,
  ensurePartitions,
  readCodec,
  readExecution,
  readStateMachine,
  rememberExecutionId,
  reportProblem,
  type Sql,
  saveExecution,
  saveStateMachine,
} from '@steptrail/store';
import { readArchivedEvents } from './archive-chunks.ts';
import { compareEvents } from './compare-events.ts';
import { type Definition, keepDefinition, understandDefinition } from './definitions.ts';
import { addToArchive } from './event-archiver.ts';
import { isClosed, statusAfter } from './history-end.ts';
import { refuseStranger } from './import-export.ts';
import { type Importing, type ImportOutcome, ImportRefusal } from './import-ledger.ts';
import { refuseStart } from './import-sealed.ts';
import { keepEvidence } from './keep-evidence.ts';
import { isOfOneExecution, strangenessOf } from './problems.ts';
import { readArchived } from './read-archived.ts';
import { startReading } from './read-through.ts';
import { rejudge } from './rejudge.ts';

/** What DescribeExecution says of an execution. */
export interface DescribedExecution {
  readonly executionArn: string;
  readonly stateMachineArn?: string | undefined;
  readonly status?: string | undefined;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
  readonly redriveCount?: number | undefined;
  readonly redriveDate?: Date | undefined;
  readonly mapRunArn?: string | undefined;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
}

/** A history that somebody fetched from AWS: no seal proves it. */
export interface GivenHistory {
  readonly described: DescribedExecution;
  readonly type: WorkflowType;
  /** As AWS gave them: events of GetExecutionHistory, or log records. */
  readonly rawEvents: readonly unknown[];
  readonly codec: Codec;
  /** JSON text. */
  readonly definition?: string | undefined;
  readonly revisionId?: string | undefined;
  /** Of log records. */
  readonly logLevel?: string | undefined;
  /** File and line, for people. */
  readonly origin: string;
}

/**
 * Archives a history from a file, verbatim, and replays and judges it. Of an execution that the archive has, only
 * events behind its last are added; what says otherwise is kept as evidence. What is wrong is told.
 */
export async function importHistory(importing: Importing, given: GivenHistory): Promise<void> {
  const { sql, file, onProblem, onExecution } = importing;
  const { executionArn } = given.described;
  const tell = (message: string) => onProblem({ file, executionArn, message });
  try {
    refuseStranger(importing, executionArn, given.described.stateMachineArn);
    const events = readEvents(given.rawEvents, given.codec);
    const [first] = events;
    if (first === undefined)
      throw new ImportRefusal(`${executionArn} was refused: the file has no event of it.`);
    const startDate = given.described.startDate ?? new Date(first.timestamp);
    refuseStart(importing, executionArn, startDate);
    await ensurePartitions(sql, [startDate]);
    const { outcome, message } = await sql.begin((tx) => importWithin(tx, importing, given, startDate));
    onExecution(executionArn, outcome, false);
    if (message !== undefined) tell(message);
  } catch (error) {
    if (error instanceof ImportRefusal) tell(error.message);
    else if (isOfOneExecution(error)) tell(strangenessOf(executionArn, error).message);
    else throw error;
    onExecution(executionArn, 'refused', false);
  }
}

const GIVE_DEFINITION =
  'Import it again with --definition, or with the output of `aws stepfunctions describe-state-machine-for-execution` beside it.';

function readEvents(rawEvents: readonly unknown[], codec: number): readonly Event[] {
  const events =
    codec === CODECS.logRecords
      ? normaliseLogRecords(rawEvents).records.map((record) => record.event)
      : normaliseHistory(rawEvents).events;
  return orderEvents(events).events;
}

async function importWithin(
  tx: Sql,
  importing: Importing,
  given: GivenHistory,
  startDate: Date,
): Promise<{ readonly outcome: ImportOutcome; readonly message?: string | undefined }> {
  const { executionArn } = given.described;
  await tx`select pg_advisory_xact_lock(hashtextextended(${executionArn}, 0))`;
  const known = await readExecution(tx, executionArn);
  const definition =
    given.definition === undefined ? undefined : understandDefinition(given.definition, given.type);
  if (definition !== undefined) await keepDefinition(tx, definition);
  await keepStateMachine(tx, given, definition);
  const executionId = known?.executionId ?? (await rememberExecutionId(tx, executionArn, startDate));
  const row = rowOf(given, known, executionId, startDate, definition);
  if (known === undefined) {
    await saveExecution(tx, { ...row, status: 'RUNNING' });
    await addToArchive(tx, executionId, given.rawEvents, given.codec, true);
  } else {
    const added = await addFresh(tx, known, given);
    if (typeof added !== 'number') return added;
    const isExplained = known.definitionSha256 === null && definition !== undefined;
    if (added === 0 && !isExplained) return { outcome: 'unchanged' };
  }
  if (given.codec === CODECS.historyEvents) await conclude(tx, row, given);
  else
    await saveExecution(tx, {
      ...row,
      ...known,
      status: known?.status ?? 'RUNNING',
      definitionSha256: row.definitionSha256,
    });
  await rejudge(tx, { now: importing.now, destinations: [] }, executionArn);
  const { problem = null, definitionSha256 = null } = (await readExecution(tx, executionArn)) ?? {};
  const remedy = definitionSha256 === null ? ` ${GIVE_DEFINITION}` : '';
  return {
    outcome: known === undefined ? 'imported' : 'extended',
    message: problem === null ? undefined : `${executionArn} was imported, but: ${problem}${remedy}`,
  };
}

function rowOf(
  given: GivenHistory,
  known: ExecutionWithReplay | undefined,
  executionId: string,
  startDate: Date,
  definition: Definition | undefined,
) {
  const { described, type } = given;
  const { executionArn } = described;
  const arn = parseStatesArn(executionArn);
  const isRun = arn?.kind === 'execution' || arn?.kind === 'express';
  return {
    ...described,
    executionId,
    stateMachineArn: known?.stateMachineArn ?? machineOf(described),
    name: known?.name ?? (isRun ? arn.executionName : executionArn),
    type: known?.type ?? type,
    source: known?.source ?? 'import',
    startDate: known?.startDate ?? startDate,
    revisionId: known?.revisionId ?? given.revisionId,
    definitionSha256: known?.definitionSha256 ?? definition?.sha256,
  } as const;
}

function machineOf({ executionArn, stateMachineArn }: DescribedExecution): string {
  return stateMachineArn ?? stateMachineArnOf(executionArn) ?? executionArn;
}

/** A state machine that the archive knows stays as it is. */
async function keepStateMachine(tx: Sql, given: GivenHistory, definition: Definition | undefined) {
  const stateMachineArn = machineOf(given.described);
  const arn = parseStatesArn(stateMachineArn);
  if (arn?.kind !== 'stateMachine' || (await readStateMachine(tx, stateMachineArn)) !== undefined) return;
  const { accountId, region, stateMachineName: name } = arn;
  const { type, revisionId, logLevel } = given;
  await saveStateMachine(tx, {
    stateMachineArn,
    name,
    type,
    accountId,
    region,
    revisionId: revisionId ?? null,
    definitionSha256: definition?.sha256 ?? null,
    ...(logLevel === undefined ? {} : { loggingConfiguration: { level: logLevel } }),
  });
}

/** Adds what the archive has not. Where the file says otherwise, that is kept as evidence and nothing is added. */
async function addFresh(tx: Sql, known: ExecutionWithReplay, given: GivenHistory) {
  const { executionArn, executionId } = known;
  const { rawEvents, codec, origin } = given;
  const codecHere = await readCodec(tx, executionId);
  if (codecHere !== undefined && codecHere !== codec) {
    throw new ImportRefusal(
      `${executionArn} was refused: its ${codec === CODECS.logRecords ? 'history' : 'log'} is archived, and the two are not mixed.`,
    );
  }
  const fresh: unknown[] = [];
  const conflicts = new Map<number, readonly unknown[]>();
  for (const [firstEventId, block] of byBlock(rawEvents)) {
    const range = { fromEventId: firstEventId, toEventId: firstEventId + CHUNK_EVENTS - 1 };
    const archived = await readArchivedEvents(tx, executionId, range);
    if (archived.problems.length > 0) {
      throw new ImportRefusal(`${executionArn} was refused: ${archived.problems.join(' ')}`);
    }
    const compared = compareEvents(archived.rawEvents, block, codec);
    for (const raw of compared.fresh) fresh.push(raw);
    if (compared.conflicting.length > 0) conflicts.set(firstEventId, compared.conflicting);
  }
  if (conflicts.size === 0) return addToArchive(tx, executionId, fresh, codec);
  let message = '';
  for (const [firstEventId, content] of conflicts) {
    message ||= await keepEvidence(tx, { executionArn, firstEventId, content, origin });
  }
  return { outcome: 'conflict', message } as const;
}

function byBlock(rawEvents: readonly unknown[]): ReadonlyMap<number, readonly unknown[]> {
  const blocks = new Map<number, unknown[]>();
  for (const raw of rawEvents) {
    const start = blockStart(eventIdOf(raw) ?? 1);
    const block = blocks.get(start);
    if (block === undefined) blocks.set(start, [raw]);
    else block.push(raw);
  }
  return blocks;
}

/** Says what all archived events together tell; log records are concluded from when they are judged. */
async function conclude(tx: Sql, row: ReturnType<typeof rowOf>, { described }: GivenHistory): Promise<void> {
  const { executionArn, executionId } = row;
  const reading = startReading(tx, { ...row, definition: undefined });
  const { events, redrives, disorder, last } = (await readArchived(tx, executionId, reading)).read;
  const ended = statusAfter(last);
  const status = isClosed(ended) ? ended : (described.status ?? ended);
  const lastDate = last === undefined ? undefined : new Date(last.timestamp);
  const failure = last !== undefined && 'error' in last ? last : undefined;
  await saveExecution(tx, {
    ...row,
    status,
    stopDate: isClosed(status) ? (described.stopDate ?? lastDate) : null,
    redriveCount: Math.max(described.redriveCount ?? 0, redrives),
    events,
    lastEventId: last?.id ?? 0,
    complete: isClosed(ended) && disorder.gaps.count === 0,
    error: failure?.error,
    cause: failure?.cause,
  });
  const subject = `history ${executionArn}`;
  if (isClosed(ended)) await clearProblem(tx, subject);
  else {
    const message = `What was imported ends at event ${last?.id ?? 0}, before the execution does: import the rest of its history.`;
    await reportProblem(tx, { subject, code: 'ImportIncomplete', message });
  }
}
