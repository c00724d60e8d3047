import { AwsError } from '@steptrail/aws';
import { clearProblem, listProblems, reportProblem, type Sql } from '@steptrail/store';
import type { IngestContext } from './context.ts';

/** Something that went wrong: its subject is what went wrong on what, so that going right clears it. */
export interface Problem {
  readonly subject: string;
  readonly code: string;
  readonly message: string;
}

/** The problems that are open, so that going right costs no query where nothing was wrong. */
export interface ProblemBook {
  readonly report: (sql: Sql, problem: Problem) => Promise<void>;
  readonly clear: (sql: Sql, ...subjects: readonly string[]) => Promise<void>;
  readonly isOpen: (subject: string) => boolean;
  /** Clears every subject that begins so. */
  readonly clearUnder: (sql: Sql, prefix: string) => Promise<void>;
}

export async function openProblemBook(
  context: Pick<IngestContext, 'sql' | 'onProgress' | 'scope'>,
): Promise<ProblemBook> {
  const { scope } = context;
  // What an ARN does not tell apart, the account and Region do: a subject of one source is not cleared by another.
  const scoped = (subject: string) =>
    scope === undefined || subject.includes('arn:')
      ? subject
      : `${subject} in account ${scope.accountId}, ${scope.region}`;
  const open = new Set((await listProblems(context.sql)).map((row) => row.subject));
  const told = new Set<string>();
  const clear: ProblemBook['clear'] = async (sql, ...subjects) => {
    for (const subject of subjects.map(scoped)) {
      // What went wrong for one resource in this ingest is not mended by its going right for another.
      if (!told.has(subject) && open.delete(subject)) await clearProblem(sql, subject);
    }
  };
  return {
    report: async (sql, { code, message, ...given }) => {
      const problem = { subject: scoped(given.subject), code, message };
      open.add(problem.subject);
      await reportProblem(sql, problem);
      if (told.has(problem.subject)) return;
      told.add(problem.subject);
      context.onProgress?.({ kind: 'problem', code: problem.code, message: problem.message });
    },
    clear,
    isOpen: (subject) => open.has(scoped(subject)),
    clearUnder: async (sql, prefix) => {
      await clear(sql, ...[...open].filter((subject) => subject.startsWith(prefix)));
    },
  };
}

/** Errors that a whole operation has in common, whatever it is asked about. */
const OF_OPERATION = /AccessDenied|AuthorizationError|UnknownOperation|InvalidAction|NotImplemented|NotJson/;

/** Whether AWS says that an operation may not be called, or a server that it has no such operation: asking again is of no use. */
export function isRefusal({ code, retriable }: AwsError): boolean {
  return !retriable && OF_OPERATION.test(code);
}

/**
 * The problem that a failed call is. An operation that is denied, or that the server does not know (then it often
 * answers with HTML), is one problem however many resources it was asked about;
 * what makes every call fail is one problem of the connection.
 */
export function problemOf(error: AwsError, resource?: string): Problem {
  const { code, message } = error;
  if (error.fatal) return { subject: 'connection', code, message };
  const subject =
    OF_OPERATION.test(code) || resource === undefined ? error.operation : `${error.operation} ${resource}`;
  return { subject, code, message };
}

/** Runs something that calls AWS; a failed call becomes a problem and undefined, anything else is thrown. */
export async function tolerate<T>(
  book: ProblemBook,
  sql: Sql,
  resource: string | undefined,
  run: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal) throw error;
    await book.report(sql, problemOf(error, resource));
    return undefined;
  }
}

/**
 * Whether an error lies in one execution's data or in our own code, and not in the database: SQLSTATE classes 22
 * (data), 23 (constraints) and 54 (limits), or no code at all. Then the others go on.
 */
export function isOfOneExecution(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return code === undefined || /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

/** Codes of problems that lie in what is archived, not in how it came. */
const OF_CONTENT = { strange: 'StrangeHistory', internal: 'Internal' } as const;

/** The code of a history that is not as it should be although it came whole. */
export const STRANGE_HISTORY = OF_CONTENT.strange;

/** Whether a problem of an execution lies in what is archived, and not in how it came. */
export function isOfContent(code: string): boolean {
  return code === OF_CONTENT.strange || code === OF_CONTENT.internal;
}

/** The problem that such an error is. */
export function strangenessOf(executionArn: string, error: unknown): Problem {
  const what = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return {
    subject: `history ${executionArn}`,
    code: OF_CONTENT.internal,
    message: `${executionArn} could not be archived (${what}): please report this; the other executions are not touched by it.`,
  };
}
