import type { Client } from '@steptrail/store';
import type { Judging } from './conclude.ts';

/** Something in a file that was not taken over, or not whole. */
export interface ImportProblem {
  readonly file: string;
  /** From 1; undefined where it is about the whole file. */
  readonly line?: number | undefined;
  readonly executionArn?: string | undefined;
  /** One sentence, with what to do. */
  readonly message: string;
}

/** What became of an execution in a file. */
export type ImportOutcome =
  /** The archive did not have it. */
  | 'imported'
  /** The archive had a part of it. */
  | 'extended'
  /** The archive has all of it already. */
  | 'unchanged'
  /** The archive says otherwise: left as it is, the file's version kept as evidence. */
  | 'conflict'
  | 'refused';

export type ImportCounts = Record<ImportOutcome, number>;

/** What an import needs of the world, and what it tells. */
export interface Importing {
  readonly sql: Client;
  /** For messages: a path, or `standard input`. */
  readonly file: string;
  /** Executions of other accounts are refused; undefined: an archive may hold several. */
  readonly accountId?: string | undefined;
  readonly now?: Judging['now'];
  readonly onProblem: (problem: ImportProblem) => void;
  /** `proved`: what is archived of it is, by its seal, what another archive had sealed. */
  readonly onExecution: (executionArn: string, outcome: ImportOutcome, proved: boolean) => void;
  readonly signal?: AbortSignal | undefined;
}

/** An execution of the file is not taken over; what was written of it is rolled back. The message says why. */
export class ImportRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportRefusal';
  }
}
