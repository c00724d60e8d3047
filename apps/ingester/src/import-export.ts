import { type ExportedStateMachine, type ExportLine, readExportLine } from '@steptrail/archive';
import { parseStatesArn } from '@steptrail/history';
import {
  findRevisionDefinition,
  readDefinition,
  readStateMachine,
  type Sql,
  saveRevision,
  saveStateMachine,
} from '@steptrail/store';
import { keepDefinition, loadDefinition, understandDefinition } from './definitions.ts';
import { type Importing, ImportRefusal } from './import-ledger.ts';
import { type GivenEvents, importSealed } from './import-sealed.ts';
import { judgeDefinition } from './judge-definition.ts';
import { isOfOneExecution, strangenessOf } from './problems.ts';
import { sealArchive } from './seal-archive.ts';

/** A line of a file without its line feed, numbered from 1; or why there are no more. */
export type FileLine =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly problem: string };

type Numbered = { readonly number: number } & ReturnType<typeof readExportLine>;

/** Lines read one ahead, so that the events of an execution can be taken up to the next of another kind. */
interface LineReader {
  readonly peek: () => Promise<Numbered | undefined>;
  readonly next: () => Promise<Numbered | undefined>;
}

function createLineReader(lines: AsyncIterable<FileLine>): LineReader {
  const iterator = lines[Symbol.asyncIterator]();
  let ahead: { readonly line: Numbered | undefined } | undefined;
  const read = async (): Promise<Numbered | undefined> => {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return undefined;
      const { number } = value;
      if ('problem' in value) return { number, ok: false, message: value.problem };
      if (value.text.trim() !== '') return { number, ...readExportLine(value.text) };
    }
  };
  const peek = async () => {
    ahead ??= { line: await read() };
    return ahead.line;
  };
  return {
    peek,
    next: async () => {
      const line = await peek();
      ahead = undefined;
      return line;
    },
  };
}

/** So many imported executions are sealed at a time. */
const SEALED_AT_ONCE = 500;

/**
 * Reads an export and takes over each execution that gives the digest with which it was sealed, or, where it had no seal
 * yet, with which it was written; a bad line costs only what it is part of. Whatever is wrong is told. Reading it again changes nothing.
 */
export async function importExport(importing: Importing, lines: AsyncIterable<FileLine>): Promise<void> {
  const { sql, file, onProblem, signal } = importing;
  const now = () => importing.now?.() ?? new Date();
  const reader = createLineReader(lines);
  let executions = 0;
  let damaged = 0;
  let lastLine = 0;
  let end: Extract<ExportLine, { kind: 'end' }> | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const read = await reader.next();
    if (read === undefined) break;
    lastLine = read.number;
    if (!read.ok) {
      // What the end of a cut file looks like is told once, below.
      if ((await reader.peek()) === undefined && end === undefined) break;
      damaged += 1;
      const { executionArn } = read;
      if (executionArn !== undefined) importing.onExecution(executionArn, 'refused', false);
      onProblem({ file, line: read.number, executionArn, message: `${read.message}; it was passed over.` });
      continue;
    }
    const { line } = read;
    if (line.kind === 'execution') {
      executions += 1;
      await importExecution(importing, reader, read.number, line);
      if (executions % SEALED_AT_ONCE === 0) await sealArchive(sql, now, signal);
    } else if (line.kind === 'definition') await importDefinition(importing, read.number, line);
    else if (line.kind === 'state machine') await importStateMachine(importing, line.stateMachine);
    else if (line.kind === 'end') end = line;
  }
  await sealArchive(sql, now, signal);
  if (end === undefined) {
    onProblem({
      file,
      line: lastLine,
      message:
        'the file is cut here: its last line is missing; what stands whole before was imported. Get the rest from where it was exported.',
    });
  } else if (damaged === 0 && end.executions !== executions) {
    onProblem({
      file,
      line: lastLine,
      message: `it should hold ${end.executions} executions and holds ${executions}: lines were taken out or put in.`,
    });
  }
}

async function importExecution(
  importing: Importing,
  reader: LineReader,
  number: number,
  { execution, sealed }: Extract<ExportLine, { kind: 'execution' }>,
): Promise<void> {
  const { file, onProblem, onExecution } = importing;
  const { executionArn } = execution;
  const tell = (message: string) => onProblem({ file, line: number, executionArn, message });
  try {
    refuseStranger(importing, executionArn, execution.stateMachineArn);
    const given = { execution, sealed, origin: `${file}:${number}` };
    const { outcome, message } = await importSealed(importing, given, eventsOf(reader, executionArn));
    onExecution(executionArn, outcome, sealed && outcome !== 'conflict');
    if (message !== undefined) tell(message);
  } catch (error) {
    if (error instanceof ImportRefusal) tell(error.message);
    else if (isOfOneExecution(error)) tell(strangenessOf(executionArn, error).message);
    else throw error;
    onExecution(executionArn, 'refused', false);
  }
  for await (const _ of eventsOf(reader, executionArn)); // what a refused or known execution left
}

/**
 * @throws ImportRefusal where only another account's executions are wanted, it is no execution's ARN, or its state machine
 * is of another account or Region than it is
 */
export function refuseStranger(
  { accountId }: Importing,
  executionArn: string,
  stateMachineArn: string | undefined,
): void {
  const arn = parseStatesArn(executionArn);
  if (arn?.kind !== 'execution' && arn?.kind !== 'express') {
    throw new ImportRefusal(`${executionArn} was refused: it is not the ARN of an execution.`);
  }
  if (accountId !== undefined && arn.accountId !== accountId) {
    throw new ImportRefusal(
      `${executionArn} was refused: it is of account ${arn.accountId}, and only ${accountId} is wanted (--account).`,
    );
  }
  const machine = stateMachineArn === undefined ? undefined : parseStatesArn(stateMachineArn);
  if (machine !== undefined && (machine.accountId !== arn.accountId || machine.region !== arn.region)) {
    throw new ImportRefusal(
      `${executionArn} was refused: it is of account ${arn.accountId} in ${arn.region}, and ${stateMachineArn}, of which the file says it is an execution, of account ${machine.accountId} in ${machine.region}.`,
    );
  }
}

async function* eventsOf(reader: LineReader, executionArn: string): AsyncGenerator<GivenEvents> {
  for (;;) {
    const read = await reader.peek();
    if (read?.ok !== true || read.line.kind !== 'events' || read.line.executionArn !== executionArn) return;
    await reader.next();
    yield read.line;
  }
}

/** A definition is kept under the digest of its canonical text, which must be the one that the file gives it. */
async function importDefinition(
  { sql, file, onProblem }: Importing,
  number: number,
  { definitionSha256, definition }: Extract<ExportLine, { kind: 'definition' }>,
): Promise<void> {
  if ((await readDefinition(sql, definitionSha256)) !== undefined) return;
  const understood = (['STANDARD', 'EXPRESS'] as const)
    .map((type) => understandDefinition(definition, type))
    .find((one) => one.sha256 === definitionSha256);
  if (understood !== undefined) return keepDefinition(sql, understood);
  onProblem({
    file,
    line: number,
    message: `the definition ${definitionSha256} does not have this sha256; it was passed over, and executions that ran with it are not replayed.`,
  });
}

/** A state machine that the archive knows stays as it is. */
async function importStateMachine(importing: Importing, given: ExportedStateMachine): Promise<void> {
  const arn = parseStatesArn(given.stateMachineArn);
  if (arn === undefined || (importing.accountId ?? arn.accountId) !== arn.accountId) return;
  await importing.sql.begin(async (tx) => {
    const { stateMachineArn, creationDate, definitionSha256, revisions } = given;
    const type = given.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
    if ((await readStateMachine(tx, stateMachineArn)) === undefined) {
      const definition =
        definitionSha256 === null ? undefined : await loadDefinition(tx, definitionSha256, type);
      const { accountId, region } = arn;
      await saveStateMachine(tx, {
        ...given,
        type,
        accountId,
        region,
        creationDate: creationDate === null ? null : new Date(creationDate),
        definitionSha256: definition?.sha256 ?? null,
      });
      if (definition !== undefined) {
        await judgeDefinition(
          tx,
          { now: importing.now, destinations: [] },
          { stateMachineArn, type, definition },
        );
      }
    }
    for (const revision of revisions) await importRevision(tx, stateMachineArn, revision);
  });
}

async function importRevision(
  tx: Sql,
  stateMachineArn: string,
  revision: ExportedStateMachine['revisions'][number],
): Promise<void> {
  const { revisionId, definitionSha256, roleArn, updateDate } = revision;
  if ((await findRevisionDefinition(tx, stateMachineArn, revisionId)) !== undefined) return;
  if ((await readDefinition(tx, definitionSha256)) === undefined) return;
  const date = updateDate === null ? null : new Date(updateDate);
  await saveRevision(tx, { stateMachineArn, revisionId, definitionSha256, roleArn, updateDate: date });
}
