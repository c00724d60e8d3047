import { dirname } from 'node:path';
import { CODECS, isExport } from '@steptrail/archive';
import type { WorkflowType } from '@steptrail/asl';
import { readTimestamp } from '@steptrail/history';
import {
  type DescribedExecution,
  type FileLine,
  type Importing,
  importExport,
  importHistory,
} from '@steptrail/ingester';
import { type InputFile, parseJson } from './read-input.ts';
import { openInput, readLines } from './read-lines.ts';
import { type RecordedHistory, readLoggedHistories, readRecordedHistories } from './read-recorded-history.ts';
import { UsageError } from './usage-error.ts';

/** The answers of DescribeExecution, DescribeStateMachineForExecution and DescribeStateMachine among the files. */
export interface Descriptions {
  readonly executions: readonly (DescribedExecution & { readonly folder: string })[];
  readonly definitions: readonly DescribedDefinition[];
}

interface DescribedDefinition {
  readonly stateMachineArn: string;
  readonly definition: string;
  readonly type?: WorkflowType | undefined;
  readonly revisionId?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function date(value: unknown): Date | undefined {
  const at = readTimestamp(value);
  return Number.isNaN(at) ? undefined : new Date(at);
}

function describedExecution(value: Fields): DescribedExecution | undefined {
  const { executionArn, status, startDate } = value;
  if (typeof executionArn !== 'string' || typeof status !== 'string' || startDate === undefined)
    return undefined;
  return {
    executionArn,
    status,
    stateMachineArn: text(value.stateMachineArn),
    startDate: date(startDate),
    stopDate: date(value.stopDate),
    redriveCount: typeof value.redriveCount === 'number' ? value.redriveCount : undefined,
    redriveDate: date(value.redriveDate),
    mapRunArn: text(value.mapRunArn),
    stateMachineVersionArn: text(value.stateMachineVersionArn),
    stateMachineAliasArn: text(value.stateMachineAliasArn),
  };
}

function describedDefinition(value: Fields): DescribedDefinition | undefined {
  const { stateMachineArn, definition, type, revisionId } = value;
  if (typeof stateMachineArn !== 'string' || typeof definition !== 'string') return undefined;
  const known = type === 'STANDARD' || type === 'EXPRESS' ? type : undefined;
  return { stateMachineArn, definition, type: known, revisionId: text(revisionId) };
}

const holdsHistory = (value: Fields) => value.events !== undefined || value.history !== undefined;

/** Looks through the files for what describes the histories in the others; exports and what cannot be read say nothing. */
export async function findDescriptions(files: readonly InputFile[]): Promise<Descriptions> {
  const executions: Descriptions['executions'][number][] = [];
  const definitions: DescribedDefinition[] = [];
  for (const { file } of files) {
    if (file === '-' || !file.endsWith('.json')) continue;
    const value = await readValue(file).catch(() => undefined);
    if (!isFields(value) || holdsHistory(value)) continue;
    const execution = describedExecution(value);
    if (execution !== undefined) executions.push({ ...execution, folder: dirname(file) });
    const definition = describedDefinition(value);
    if (definition === undefined) continue;
    // What an execution ran with comes before what its state machine is now.
    if (value.creationDate === undefined) definitions.unshift(definition);
    else definitions.push(definition);
  }
  return { executions, definitions };
}

async function readValue(file: string): Promise<unknown> {
  const { bytes } = await openInput(file);
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part);
  const json = parseJson(file, Buffer.concat(parts).toString());
  return json.ok ? json.value : undefined;
}

/** What the command line says of histories that do not say it themselves. */
export interface GivenFacts {
  readonly executionArn?: string | undefined;
  readonly definition?: string | undefined;
}

async function* startingWith(first: FileLine, rest: AsyncGenerator<FileLine>): AsyncGenerator<FileLine> {
  yield first;
  yield* rest;
}

/**
 * Imports what one file holds.
 * @throws UsageError in one sentence where it holds nothing to import
 */
export async function importFile(
  importing: Importing,
  { file, fromFolder }: InputFile,
  descriptions: Descriptions,
  facts: GivenFacts,
): Promise<void> {
  const { bytes, close } = await openInput(file);
  try {
    const lines = readLines(bytes);
    const { value: first } = await lines.next();
    if (first === undefined) throw new UsageError(`${importing.file}: it is empty.`);
    if ('text' in first && isExport(first.text))
      return await importExport(importing, startingWith(first, lines));
    const whole: string[] = [];
    for await (const line of startingWith(first, lines)) {
      if ('problem' in line) throw new UsageError(`${importing.file}:${line.number}: ${line.problem}.`);
      whole.push(line.text);
    }
    const histories = readHistories(importing.file, whole.join('\n'), fromFolder);
    for (const recorded of histories) await importRecorded(importing, file, recorded, descriptions, facts);
  } finally {
    close();
  }
}

function readHistories(name: string, content: string, fromFolder: boolean): readonly RecordedHistory[] {
  const json = parseJson(name, content);
  if (!json.ok) {
    const logged = readLoggedHistories(content);
    if (logged !== undefined) return logged;
    throw new UsageError(json.message);
  }
  const { value } = json;
  if (isFields(value) && !holdsHistory(value) && value.describe === undefined) {
    if (describedExecution(value) ?? describedDefinition(value)) return [];
  }
  const histories = readRecordedHistories(value);
  if (histories !== undefined) return histories;
  if (fromFolder) return [];
  throw new UsageError(
    `${name}: it holds no history: give a file of \`steptrail export\`, the output of \`aws stepfunctions get-execution-history\`, events that the console exported, log records, or a recorded case.`,
  );
}

/** Starts as DescribeExecution and the first event tell them differ by less. Milliseconds. */
const SAME_START = 1000;

async function importRecorded(
  importing: Importing,
  file: string,
  recorded: RecordedHistory,
  { executions, definitions }: Descriptions,
  facts: GivenFacts,
): Promise<void> {
  const { file: name, onProblem } = importing;
  for (const message of recorded.problems) onProblem({ file: name, message });
  const start = recorded.events.find((event) => event.id === 1)?.timestamp ?? Number.NaN;
  const beside = executions.filter(
    ({ folder, startDate }) =>
      folder === dirname(file) && Math.abs((startDate?.getTime() ?? Number.NaN) - start) < SAME_START,
  );
  const executionArn =
    recorded.executionArn ??
    facts.executionArn ??
    (beside.length === 1 ? beside[0]?.executionArn : undefined);
  if (executionArn === undefined) {
    throw new UsageError(
      beside.length > 1
        ? `${name}: ${beside.length} descriptions beside it start when it does: say which execution it is of with --execution-arn.`
        : `${name}: nothing says which execution it is of: put the output of \`aws stepfunctions describe-execution\` beside it, or give --execution-arn.`,
    );
  }
  if (recorded.rawEvents.length === 0) {
    throw new UsageError(
      recorded.events.length === 0
        ? `${name}: it has no events: fetch the history of ${executionArn} again.`
        : `${name}: it says only how ${executionArn} ended, not what happened: give its history.`,
    );
  }
  const described = executions.find((one) => one.executionArn === executionArn);
  const stateMachineArn = described?.stateMachineArn ?? recorded.stateMachineArn;
  const machine = definitions.find((one) => one.stateMachineArn === stateMachineArn);
  const own = recorded.definition;
  const definition =
    own === undefined
      ? (facts.definition ?? machine?.definition)
      : typeof own === 'string'
        ? own
        : JSON.stringify(own);
  await importHistory(importing, {
    described: { ...described, executionArn, stateMachineArn },
    type: recorded.type ?? machine?.type ?? 'STANDARD',
    rawEvents: recorded.rawEvents,
    codec: recorded.logLevel === undefined ? CODECS.historyEvents : CODECS.logRecords,
    definition,
    revisionId: definition === machine?.definition ? machine?.revisionId : undefined,
    logLevel: recorded.logLevel,
    origin: name,
  });
}
