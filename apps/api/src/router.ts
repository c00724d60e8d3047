import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { answerProblem } from './problem.ts';

/** A router whose parameters are checked: what is wrong is answered with 400, naming the parameter. */
export function createRouter(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const { parameter, what } = describeIssue(result.error.issues[0]);
      return answerProblem(c, 'ValidationException', `Parameter ${parameter}: ${what}.`, parameter);
    },
  });
}

function describeIssue(issue: z.core.$ZodIssue | undefined): {
  readonly parameter: string;
  readonly what: string;
} {
  if (issue?.code === 'unrecognized_keys') {
    return {
      parameter: issue.keys.join(', '),
      what: 'there is no such parameter here: see /api/v1/openapi.json',
    };
  }
  const what = issue?.message ?? 'is not valid';
  return {
    parameter: issue?.path.map(String).join('.') || 'request',
    what: `${what.charAt(0).toLowerCase()}${what.slice(1)}`,
  };
}
