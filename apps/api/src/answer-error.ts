import { describeDatabaseError, StoreError } from '@steptrail/store';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ApiError, answerProblem } from './problem.ts';

/** postgres.js' own codes, Node's network errors, and PostgreSQL's classes 08, 53 and 57 (connection, resources, shutdown). */
const DATABASE_AWAY = /^(CONNECT|ECONN|ENOTFOUND|ENOENT|ETIMEDOUT|EPIPE|08|53|57P)/;

/** Answers whatever a handler threw: one sentence, never a stack. What nobody expected is told to the operator too. */
export function answerError(error: Error, c: Context): Response {
  if (error instanceof ApiError) return answerProblem(c, error.code, error.message, error.parameter);
  if (error instanceof HTTPException) {
    if (error.status === 400) return answerProblem(c, 'ValidationException', error.message);
    return error.getResponse();
  }
  if (error instanceof StoreError && error.code === 'cursor') {
    return answerProblem(c, 'ValidationException', `Parameter cursor: ${error.message}`, 'cursor');
  }
  if (isDatabaseAway(error)) {
    return answerProblem(c, 'DatabaseUnavailable', describeDatabaseError(error, 'answering a request'));
  }
  console.error(`${c.req.method} ${c.req.path} failed: ${error.message}`);
  return answerProblem(
    c,
    'InternalFailure',
    `Answering ${c.req.method} ${c.req.path} failed inside Steptrail; the server's output says why.`,
  );
}

function isDatabaseAway(error: Error): boolean {
  if (error instanceof StoreError) return true;
  return 'code' in error && typeof error.code === 'string' && DATABASE_AWAY.test(error.code);
}
