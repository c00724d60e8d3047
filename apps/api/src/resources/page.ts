import { z } from '@hono/zod-openapi';

/** A keyset page: `next` is the cursor of the page after, absent on the last. */
export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ rows: z.array(row), next: z.string().optional() });
}

/** One successful answer in JSON. */
export function answers<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}
