import { describeDatabaseError, isConnectionLoss, StoreError } from '@steptrail/store';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ApiError, answerProblem } from './problem.ts';

const FORBIDDEN = 'This form was not sent from a page of this server: open /login here, and sign in there.';
const TOO_LARGE = 'The request is larger than anything that this server takes: send the token alone.';

/** Answers whatever a handler threw: one sentence, never a stack. What nobody expected is told to the operator too. */
export function answerError(error: Error, c: Context): Response {
  if (error instanceof ApiError) return answerProblem(c, error.code, error.message, error.parameter);
  if (error instanceof HTTPException) {
    if (error.status === 403) return answerProblem(c, 'Forbidden', FORBIDDEN);
    if (error.status === 413) return answerProblem(c, 'RequestTooLarge', TOO_LARGE);
    return answerProblem(c, 'ValidationException', error.message);
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
