import { OpenAPIHono } from '@hono/zod-openapi';
import { answerProblem } from './problem.ts';

/** A router whose parameters are checked: what is wrong is answered with 400, naming the parameter. */
export function createRouter(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const issue = result.error.issues[0];
      const parameter = issue?.path.map(String).join('.') || 'request';
      const what = issue?.message ?? 'is not valid';
      const sentence = `Parameter ${parameter}: ${what.charAt(0).toLowerCase()}${what.slice(1)}.`;
      return answerProblem(c, 'ValidationException', sentence, parameter);
    },
  });
}
