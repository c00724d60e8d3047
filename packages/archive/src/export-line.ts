import {
  digestOf,
  readSealedExecution,
  type SealedExecution,
  stateDefinition,
  stateExecution,
} from './statement.ts';

/*
 * The file of an export: JSON lines. First a line `export`, last a line `end` without which the file was cut. Between
 * them each definition and state machine once, before the executions that need them, and each execution followed by
 * its events, a chunk a line, so that no line holds more than `CHUNK_EVENTS` events, or much more than `LONGEST_BLOCK` bytes.
 * Executions that run, or whose history is not whole, have no seal yet: they come last, with `"sealed":false`, and in
 * every export as they are then.
 */

/** The format that this version writes and reads. */
export const EXPORT_VERSION = 1;

/** What is written of a state machine. */
export interface ExportedStateMachine {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: string;
  readonly creationDate: string | null;
  readonly revisionId: string | null;
  readonly definitionSha256: string | null;
  readonly roleArn: string | null;
  readonly loggingConfiguration: unknown;
  readonly tracingConfiguration: unknown;
  readonly tags: unknown;
  readonly revisions: readonly {
    readonly revisionId: string;
    readonly definitionSha256: string;
    readonly roleArn: string | null;
    readonly updateDate: string | null;
  }[];
}

/** What an export holds, and where the log of seals ended: `position:chain`, for the next export's `--since`. */
export interface ExportEnd {
  readonly executions: number;
  /** Of these, those that have no seal. */
  readonly unsealed: number;
  readonly events: number;
  readonly cursor: string;
}

/** A line of an export, read. */
export type ExportLine =
  | { readonly kind: 'export'; readonly version: number }
  | { readonly kind: 'definition'; readonly definitionSha256: string; readonly definition: string }
  | { readonly kind: 'state machine'; readonly stateMachine: ExportedStateMachine }
  | {
      readonly kind: 'execution';
      readonly execution: SealedExecution;
      readonly statement: string;
      /** Whether the archive that wrote it had sealed this; else only the line itself says it. */
      readonly sealed: boolean;
    }
  | {
      readonly kind: 'events';
      readonly executionArn: string;
      readonly firstEventId: number;
      readonly rawEvents: readonly unknown[];
    }
  | ({ readonly kind: 'end' } & ExportEnd);

export type ReadLine =
  | { readonly ok: true; readonly line: ExportLine }
  /** One clause, to follow the name of file and line: "it is no JSON". */
  | { readonly ok: false; readonly message: string; readonly executionArn?: string | undefined };

/** The first line. What it says of the export is for people. */
export function writeExportStart(facts: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ kind: 'export', version: EXPORT_VERSION, ...facts });
}

export function writeDefinition(definitionSha256: string, definition: string): string {
  const digest = digestOf(stateDefinition(definitionSha256, definition)).toString('hex');
  return JSON.stringify({ kind: 'definition', definitionSha256, digest, definition });
}

export function writeStateMachine(stateMachine: ExportedStateMachine): string {
  return JSON.stringify({ kind: 'state machine', ...stateMachine });
}

/** @param statement as sealed, or as it would be */
export function writeExecution(statement: string, sealed: boolean): string {
  const digest = digestOf(statement).toString('hex');
  return `{"kind":"execution","sealed":${sealed},"digest":"${digest}","statement":${statement}}`;
}

/** @param events the text of a chunk */
export function writeEvents(executionArn: string, firstEventId: number, events: string): string {
  const head = JSON.stringify({ kind: 'events', executionArn, firstEventId });
  return `${head.slice(0, -1)},"events":${events}}`;
}

/** The last line. */
export function writeExportEnd(end: ExportEnd): string {
  return JSON.stringify({ kind: 'end', ...end });
}

/** Whether a file that begins with this line is an export. */
export function isExport(firstLine: string): boolean {
  return /^\uFEFF?\s*\{\s*"kind"\s*:\s*"export"/.test(firstLine);
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a line and proves what it says by the digests in it. */
export function readExportLine(text: string): ReadLine {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return { ok: false, message: 'it is no JSON' };
  }
  if (!isFields(fields)) return { ok: false, message: 'it is no object' };
  switch (fields.kind) {
    case 'export':
      return fields.version === EXPORT_VERSION
        ? { ok: true, line: { kind: 'export', version: EXPORT_VERSION } }
        : {
            ok: false,
            message: `it begins an export of version ${String(fields.version)}, which this version of Steptrail does not read: update Steptrail`,
          };
    case 'definition':
      return readDefinitionLine(fields);
    case 'state machine':
      return readStateMachineLine(fields);
    case 'execution':
      return readExecutionLine(fields);
    case 'events':
      return readEventsLine(fields);
    case 'end':
      return readEndLine(fields);
    default:
      return { ok: false, message: 'it is no line of an export' };
  }
}

function readDefinitionLine({ definitionSha256, definition, digest }: Fields): ReadLine {
  if (typeof definitionSha256 !== 'string' || typeof definition !== 'string') {
    return { ok: false, message: 'it holds no definition' };
  }
  if (digestOf(stateDefinition(definitionSha256, definition)).toString('hex') !== digest) {
    return {
      ok: false,
      message: `the definition ${definitionSha256} was changed: it does not have its digest`,
    };
  }
  return { ok: true, line: { kind: 'definition', definitionSha256, definition } };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function readStateMachineLine(fields: Fields): ReadLine {
  const { stateMachineArn, name, type } = fields;
  if (
    typeof stateMachineArn !== 'string' ||
    typeof name !== 'string' ||
    (type !== 'STANDARD' && type !== 'EXPRESS')
  ) {
    return { ok: false, message: 'it holds no state machine' };
  }
  const { loggingConfiguration = null, tracingConfiguration = null, tags = [] } = fields;
  const revisions = (Array.isArray(fields.revisions) ? fields.revisions : []).flatMap((one: unknown) => {
    if (!isFields(one)) return [];
    const { revisionId, definitionSha256, roleArn, updateDate } = one;
    if (typeof revisionId !== 'string' || typeof definitionSha256 !== 'string') return [];
    const revision = { revisionId, definitionSha256 };
    return [{ ...revision, roleArn: textOrNull(roleArn), updateDate: textOrNull(updateDate) }];
  });
  const stateMachine: ExportedStateMachine = {
    stateMachineArn,
    name,
    type,
    creationDate: textOrNull(fields.creationDate),
    revisionId: textOrNull(fields.revisionId),
    definitionSha256: textOrNull(fields.definitionSha256),
    roleArn: textOrNull(fields.roleArn),
    loggingConfiguration,
    tracingConfiguration,
    tags,
    revisions,
  };
  return { ok: true, line: { kind: 'state machine', stateMachine } };
}

function readExecutionLine({ statement: given, digest, sealed }: Fields): ReadLine {
  const execution = readSealedExecution(given);
  if (execution === undefined) return { ok: false, message: 'it holds no execution that this version reads' };
  const { executionArn } = execution;
  const statement = stateExecution(execution);
  if (digestOf(statement).toString('hex') !== digest) {
    return {
      ok: false,
      executionArn,
      message: `${executionArn} was changed: its ${sealed === false ? 'line' : 'seal'} does not have its digest`,
    };
  }
  return { ok: true, line: { kind: 'execution', execution, statement, sealed: sealed !== false } };
}

function readEventsLine({ executionArn, firstEventId, events }: Fields): ReadLine {
  return typeof executionArn === 'string' && typeof firstEventId === 'number' && Array.isArray(events)
    ? { ok: true, line: { kind: 'events', executionArn, firstEventId, rawEvents: events } }
    : { ok: false, message: 'it holds no events' };
}

function readEndLine({ executions, unsealed, events, cursor }: Fields): ReadLine {
  return typeof executions === 'number' &&
    typeof unsealed === 'number' &&
    typeof events === 'number' &&
    typeof cursor === 'string'
    ? { ok: true, line: { kind: 'end', executions, unsealed, events, cursor } }
    : { ok: false, message: 'it ends an export without its counts' };
}
