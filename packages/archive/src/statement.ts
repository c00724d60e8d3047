import { createHash } from 'node:crypto';

/*
 * What a seal states: one JSON text with its members in this order, the same in every installation that archived the
 * same, so that two archives are equal where their digests are.
 */

const VERSION = 1;

/** What of a chunk is sealed. */
export interface SealedChunk {
  readonly firstEventId: number;
  readonly lastEventId: number;
  readonly events: number;
  readonly codec: number;
  readonly rawBytes: number;
  /** Of the uncompressed bytes, hexadecimal. */
  readonly sha256: string;
}

/** What of an execution is sealed: what AWS said, not what replay and rules conclude from it. Times are ISO 8601. */
export interface SealedExecution {
  readonly executionArn: string;
  readonly executionId: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly startDate: string;
  readonly stopDate: string | null;
  readonly redriveCount: number;
  readonly redriveDate: string | null;
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly mapRunArn: string | null;
  readonly revisionId: string | null;
  readonly definitionSha256: string | null;
  /** Why it is not certain that it ran with this definition; null: AWS said so. */
  readonly definitionAssumed: 'forgotten' | 'refused' | 'unobserved' | null;
  readonly events: number;
  readonly lastEventId: number;
  readonly complete: boolean;
  readonly chunks: readonly SealedChunk[];
}

/** The members of an execution that are sealed, in the order of the statement. */
export const SEALED_MEMBERS = [
  'executionArn',
  'executionId',
  'stateMachineArn',
  'name',
  'type',
  'status',
  'startDate',
  'stopDate',
  'redriveCount',
  'redriveDate',
  'stateMachineVersionArn',
  'stateMachineAliasArn',
  'mapRunArn',
  'revisionId',
  'definitionSha256',
  'definitionAssumed',
  'events',
  'lastEventId',
  'complete',
] as const satisfies readonly (keyof SealedExecution)[];

/** The members of a chunk that are sealed, in the order of the statement. */
export const SEALED_CHUNK_MEMBERS = [
  'firstEventId',
  'lastEventId',
  'events',
  'codec',
  'rawBytes',
  'sha256',
] as const satisfies readonly (keyof SealedChunk)[];

function pick<Key extends string>(
  from: { readonly [Member in Key]: unknown },
  members: readonly Key[],
): Record<string, unknown> {
  return Object.fromEntries(members.map((member) => [member, from[member]]));
}

/** The statement of a closed execution whose history is archived to its end. */
export function stateExecution(execution: SealedExecution): string {
  const chunks = execution.chunks.map((chunk) => pick(chunk, SEALED_CHUNK_MEMBERS));
  return JSON.stringify({ version: VERSION, ...pick(execution, SEALED_MEMBERS), chunks });
}

/** The statement of a definition's text as AWS gave it; its own key is the sha256 of the canonical text. */
export function stateDefinition(definitionSha256: string, text: string): string {
  return JSON.stringify({ version: VERSION, definitionSha256, textSha256: digestOf(text).toString('hex') });
}

/** The statement of a lawful removal: which execution, and by what. */
export function stateRemoval(executionArn: string, reason: string): string {
  return JSON.stringify({ version: VERSION, executionArn, reason });
}

/** A statement read back; undefined where it is not one of an execution that this version knows. */
export function readExecutionStatement(statement: string): SealedExecution | undefined {
  try {
    const value: SealedExecution & { readonly version: number } = JSON.parse(statement);
    return value.version === VERSION && Array.isArray(value.chunks) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isTextOrNull: Check = (value) => value === null || isText(value);
const isCount: Check = (value) => Number.isSafeInteger(value);
const isTruth: Check = (value) => typeof value === 'boolean';

const EXECUTION_CHECKS = {
  executionArn: isText,
  executionId: isText,
  stateMachineArn: isText,
  name: isText,
  type: (value) => value === 'STANDARD' || value === 'EXPRESS',
  status: isText,
  startDate: isText,
  stopDate: isTextOrNull,
  redriveCount: isCount,
  redriveDate: isTextOrNull,
  stateMachineVersionArn: isTextOrNull,
  stateMachineAliasArn: isTextOrNull,
  mapRunArn: isTextOrNull,
  revisionId: isTextOrNull,
  definitionSha256: isTextOrNull,
  definitionAssumed: (value) =>
    value === null || value === 'forgotten' || value === 'refused' || value === 'unobserved',
  events: isCount,
  lastEventId: isCount,
  complete: isTruth,
  chunks: (value) => Array.isArray(value) && value.every(isSealedChunk),
} as const satisfies Readonly<Record<keyof SealedExecution, Check>>;

function holds(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.entries(checks).every(([key, check]) => check(fields.get(key)));
}

function isSealedChunk(value: unknown): value is SealedChunk {
  const checks = Object.fromEntries(SEALED_CHUNK_MEMBERS.map((member) => [member, isCount]));
  return holds(value, { ...checks, sha256: isText });
}

function isSealedExecution(value: unknown): value is SealedExecution {
  return holds(value, { ...EXECUTION_CHECKS, version: (version) => version === VERSION });
}

/** A parsed statement from elsewhere, each member of it looked at; undefined where it is not one of this version. */
export function readSealedExecution(value: unknown): SealedExecution | undefined {
  return isSealedExecution(value) ? value : undefined;
}

/** The sha256 of a text's UTF-8 bytes. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
