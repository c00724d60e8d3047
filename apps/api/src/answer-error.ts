import { describeDatabaseError, isConnectionLoss, StoreError } from '@steptrail/store';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ApiError, answerProblem } from './problem.ts';

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
  if (error instanceof StoreError || isConnectionLoss(error) || isFull(error)) {
    return answerProblem(c, 'DatabaseUnavailable', describeDatabaseError(error, 'the database'));
  }
  console.error(`${c.req.method} ${c.req.path} failed: ${error.message}`);
  return answerProblem(
    c,
    'InternalFailure',
    `Answering ${c.req.method} ${c.req.path} failed inside Steptrail; the server's output says why.`,
  );
}

/** PostgreSQL's class 53: no connection, memory or disk left. */
function isFull(error: object): boolean {
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('53');
}
