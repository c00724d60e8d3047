import {
  type ExportedStateMachine,
  readChunkText,
  readExecutionStatement,
  type SealedExecution,
  stateExecution,
  writeDefinition,
  writeEvents,
  writeExecution,
  writeExportEnd,
  writeExportStart,
  writeStateMachine,
} from '@steptrail/archive';
import {
  type Client,
  listLastSeals,
  listRevisions,
  listUnsealed,
  readChainAt,
  readChunks,
  readDefinition,
  readSealable,
  readSealHead,
  readStateMachine,
  type SealableExecution,
  type SealRow,
  type Sql,
} from '@steptrail/store';
import { sealArchive } from './seal-archive.ts';

/** Where the log of seals ended at an export. */
export interface ExportCursor {
  readonly position: number;
  /** Hexadecimal. */
  readonly chain: string;
}

/** Which executions are wanted; `from` and `to` bound their start, `to` is not included. */
export interface ExportFilter {
  readonly stateMachineArn?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export interface ExportOptions extends ExportFilter {
  /** Of sealed executions only those sealed behind it. */
  readonly since?: ExportCursor | undefined;
  /** Takes a line without its line feed; waited for, so that a slow reader slows the export. */
  readonly write: (line: string) => Promise<void> | void;
  /** One sentence about an execution that was left out, for it is not as it was sealed. */
  readonly onDamage: (message: string) => void;
  readonly onProgress?: ((executions: number) => void) | undefined;
  readonly now?: (() => Date) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ExportReport {
  readonly executions: number;
  readonly events: number;
  /** Executions that are not as they were sealed. */
  readonly damaged: number;
  /** Of the executions, those without a seal: they run, or their history is not whole. */
  readonly unsealed: number;
  readonly cursor: ExportCursor;
}

const BATCH = 100;
/** What is archived and sealed meanwhile does not disturb: a batch sees one moment. */
const SNAPSHOT = 'isolation level repeatable read read only';

/** Whether the log of seals goes through a cursor: otherwise it is of another archive. */
export async function isOwnCursor(sql: Sql, { position, chain }: ExportCursor): Promise<boolean> {
  const known = position === 0 ? Buffer.alloc(32) : await readChainAt(sql, position);
  return known?.toString('hex') === chain;
}

/**
 * Writes every sealed execution with its definition, state machine and events, in the order of the log of seals; then
 * those that have no seal yet, as they are now; last where that log ended. Memory is flat: a chunk at a time. What can
 * be sealed is sealed before.
 */
export async function exportArchive(sql: Client, options: ExportOptions): Promise<ExportReport> {
  const { since, from, to, stateMachineArn, write } = options;
  const now = options.now ?? (() => new Date());
  await sealArchive(sql, now, options.signal);
  await write(
    writeExportStart({
      exportedAt: now().toISOString(),
      since: since === undefined ? null : `${since.position}:${since.chain}`,
      stateMachineArn: stateMachineArn ?? null,
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
    }),
  );
  const written = { executions: 0, unsealed: 0, events: 0, damaged: 0, told: new Set<string>() };
  let after = since?.position ?? 0;
  for (;;) {
    options.signal?.throwIfAborted();
    const batch = await sql.begin(SNAPSHOT, async (tx) => {
      const head = await readSealHead(tx);
      const seals = await listLastSeals(tx, after, BATCH);
      const wanted = seals.filter(({ statement }) => isWanted(readExecutionStatement(statement), options));
      const stored = await readSealable(
        tx,
        wanted.map((seal) => seal.subject),
      );
      for (const seal of wanted) await exportExecution(tx, seal, stored.get(seal.subject), options, written);
      return { head, last: seals.at(-1), isLast: seals.length < BATCH };
    });
    options.onProgress?.(written.executions);
    after = batch.last?.position ?? after;
    if (!batch.isLast) continue;
    const { position = 0, chain = Buffer.alloc(32) } = batch.head ?? {};
    const cursor = { position, chain: chain.toString('hex') };
    await exportUnsealed(sql, options, written);
    const { executions, unsealed, events, damaged } = written;
    await write(writeExportEnd({ executions, unsealed, events, cursor: `${position}:${cursor.chain}` }));
    return { executions, unsealed, events, damaged, cursor };
  }
}

/** Of what is sealed, that decides, so that what is missing from the archive is not overlooked. */
function isWanted(
  stated: Pick<SealedExecution, 'startDate' | 'stateMachineArn'> | undefined,
  { stateMachineArn, from, to }: ExportFilter,
): boolean {
  if (stated === undefined) return true;
  const start = new Date(stated.startDate);
  if (stateMachineArn !== undefined && stated.stateMachineArn !== stateMachineArn) return false;
  return (from === undefined || start >= from) && (to === undefined || start < to);
}

async function exportUnsealed(sql: Client, options: ExportOptions, written: Written): Promise<void> {
  let after: string | undefined;
  do {
    options.signal?.throwIfAborted();
    after = await sql.begin(SNAPSHOT, async (tx) => {
      const rows = await listUnsealed(tx, after, BATCH);
      const stored = await readSealable(
        tx,
        rows.map((row) => row.executionArn),
      );
      for (const { executionArn } of rows) {
        const execution = stored.get(executionArn);
        if (execution === undefined || !isWanted(execution, options)) continue;
        if (
          await writeWhole(
            tx,
            execution,
            { statement: stateExecution(execution), sealed: false },
            options,
            written,
          )
        )
          written.unsealed += 1;
      }
      return rows.at(-1)?.executionId;
    });
    options.onProgress?.(written.executions);
  } while (after !== undefined);
}

interface Written {
  executions: number;
  unsealed: number;
  events: number;
  damaged: number;
  /** Definitions and state machines that the file has. */
  readonly told: Set<string>;
}

async function exportExecution(
  sql: Sql,
  seal: SealRow,
  stored: SealableExecution | undefined,
  options: ExportOptions,
  written: Written,
): Promise<void> {
  if (stored !== undefined && (stored.sealDue || !stored.complete)) return; // it goes on, and comes without a seal
  if (stored === undefined || stateExecution(stored) !== seal.statement) {
    written.damaged += 1;
    options.onDamage(
      `${seal.subject} is not as it was sealed and was left out: \`steptrail verify ${seal.subject}\` says what differs.`,
    );
    return;
  }
  await writeWhole(sql, stored, { statement: seal.statement, sealed: true }, options, written);
}

/** Writes an execution with what it needs; false where it is damaged, and left out. */
async function writeWhole(
  sql: Sql,
  stored: SealableExecution,
  { statement, sealed }: { readonly statement: string; readonly sealed: boolean },
  { write, onDamage }: ExportOptions,
  written: Written,
): Promise<boolean> {
  const { executionArn } = stored;
  const damage = await findDamagedChunk(sql, stored);
  if (damage !== undefined) {
    written.damaged += 1;
    onDamage(`${executionArn} was left out: ${damage}`);
    return false;
  }
  await exportDefinition(sql, stored.definitionSha256, write, written);
  await exportStateMachine(sql, stored.stateMachineArn, write, written);
  await write(writeExecution(statement, sealed));
  for await (const chunk of readChunks(sql, stored.executionId)) {
    const read = readChunkText(chunk);
    if (read.ok) await write(writeEvents(executionArn, chunk.firstEventId, read.text));
  }
  written.executions += 1;
  written.events += stored.events;
  return true;
}

/** A sentence about a chunk that cannot be opened, before anything of its execution is written. */
async function findDamagedChunk(sql: Sql, stored: SealableExecution): Promise<string | undefined> {
  for await (const chunk of readChunks(sql, stored.executionId)) {
    const read = readChunkText(chunk);
    if (!read.ok) return read.problem.message;
  }
  return undefined;
}

async function exportDefinition(
  sql: Sql,
  definitionSha256: string | null,
  write: ExportOptions['write'],
  { told }: Written,
): Promise<void> {
  if (definitionSha256 === null || told.has(definitionSha256)) return;
  told.add(definitionSha256);
  const row = await readDefinition(sql, definitionSha256);
  if (row !== undefined) await write(writeDefinition(definitionSha256, row.definition));
}

async function exportStateMachine(
  sql: Sql,
  stateMachineArn: string,
  write: ExportOptions['write'],
  written: Written,
): Promise<void> {
  if (written.told.has(stateMachineArn)) return;
  written.told.add(stateMachineArn);
  const row = await readStateMachine(sql, stateMachineArn);
  if (row === undefined) return;
  const revisions = (await listRevisions(sql, stateMachineArn)).toReversed();
  for (const sha256 of [row.definitionSha256, ...revisions.map((one) => one.definitionSha256)]) {
    await exportDefinition(sql, sha256, write, written);
  }
  const { name, type, revisionId, definitionSha256, roleArn, tags } = row;
  const { loggingConfiguration, tracingConfiguration } = row;
  const stateMachine: ExportedStateMachine = {
    stateMachineArn,
    name,
    type,
    creationDate: row.creationDate?.toISOString() ?? null,
    revisionId,
    definitionSha256,
    roleArn,
    loggingConfiguration,
    tracingConfiguration,
    tags,
    revisions: revisions.map((one) => ({
      revisionId: one.revisionId,
      definitionSha256: one.definitionSha256,
      roleArn: one.roleArn,
      updateDate: one.updateDate?.toISOString() ?? null,
    })),
  };
  await write(writeStateMachine(stateMachine));
}
