import type { Sql } from './sql.ts';
import { storedText } from './stored-text.ts';

/** What went wrong and has not gone right since; `subject` is the operation and resource. */
export interface ProblemRow {
  readonly subject: string;
  readonly code: string;
  /** One sentence: what, where, what to do. */
  readonly message: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly times: number;
}

/** Notes a problem; the same subject again raises `times`. */
export async function reportProblem(
  sql: Sql,
  problem: { readonly subject: string; readonly code: string; readonly message: string },
): Promise<void> {
  await sql`
    insert into ingest_problems as kept (subject, code, message)
    values (${problem.subject}, ${problem.code}, ${storedText(problem.message)})
    on conflict (subject) do update set
      code = excluded.code, message = excluded.message, last_at = now(), times = kept.times + 1`;
}

/** It went right again. */
export async function clearProblem(sql: Sql, subject: string): Promise<void> {
  await sql`delete from ingest_problems where subject = ${subject}`;
}

/** What is wrong with a subject now, undefined where nothing is. */
export async function readProblem(sql: Sql, subject: string): Promise<ProblemRow | undefined> {
  const [row] = await sql<ProblemRow[]>`select * from ingest_problems where subject = ${subject}`;
  return row;
}

/** All problems there are now, the latest first. */
export async function listProblems(sql: Sql): Promise<readonly ProblemRow[]> {
  return sql<ProblemRow[]>`select * from ingest_problems order by last_at desc, subject`;
}
