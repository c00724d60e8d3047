import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';

/** What a caller sees when something is wrong: stable word, one sentence (what, where, what to do). */
export const Problem = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'StateMachineDoesNotExist' }),
      message: z.string().openapi({ example: 'No state machine … is in the archive: …' }),
      parameter: z.string().optional().openapi({ description: 'The parameter that is wrong, if one is.' }),
    }),
  })
  .openapi('Problem');

export type ProblemCode =
  | 'ValidationException'
  | 'StateMachineDoesNotExist'
  | 'DefinitionDoesNotExist'
  | 'ExecutionDoesNotExist'
  | 'MapRunDoesNotExist'
  | 'FindingDoesNotExist'
  | 'RuleDoesNotExist'
  | 'NotFound'
  | 'Unauthorized'
  | 'WrongHost'
  | 'Forbidden'
  | 'RequestTooLarge'
  | 'DatabaseUnavailable'
  | 'InternalFailure';

const STATUS = {
  ValidationException: 400,
  Unauthorized: 401,
  WrongHost: 403,
  Forbidden: 403,
  StateMachineDoesNotExist: 404,
  DefinitionDoesNotExist: 404,
  ExecutionDoesNotExist: 404,
  MapRunDoesNotExist: 404,
  FindingDoesNotExist: 404,
  RuleDoesNotExist: 404,
  NotFound: 404,
  RequestTooLarge: 413,
  InternalFailure: 500,
  DatabaseUnavailable: 503,
} as const satisfies Record<ProblemCode, number>;

/** The one typed error of this edge: thrown in a handler, answered as a {@link Problem} by `answerError`. */
export class ApiError extends Error {
  readonly code: ProblemCode;
  readonly parameter: string | undefined;

  constructor(code: ProblemCode, message: string, parameter?: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.parameter = parameter;
  }
}

/** An execution that was asked for and is not in the archive. */
export function missingExecution(executionArn: string): ApiError {
  return new ApiError(
    'ExecutionDoesNotExist',
    `The archive holds no execution ${executionArn}: check the ARN against /api/v1/executions, or ingest the account and region it names.`,
  );
}

/** Answers with the problem as JSON and the status that belongs to its code. */
export function answerProblem(c: Context, code: ProblemCode, message: string, parameter?: string): Response {
  return c.json(
    { error: { code, message, ...(parameter === undefined ? {} : { parameter }) } },
    STATUS[code],
  );
}

const describe = (description: string) => ({
  description,
  content: { 'application/json': { schema: Problem } },
});

/** The answers that any operation may give, besides its own. */
export const COMMON_PROBLEMS = {
  400: describe('A parameter is wrong; the message names it.'),
  401: describe('A token is needed, and none or a wrong one came.'),
  503: describe('The database is not reachable.'),
};

/** With the answer for a resource that is not in the archive. */
export const RESOURCE_PROBLEMS = { ...COMMON_PROBLEMS, 404: describe('Not in the archive.') };
