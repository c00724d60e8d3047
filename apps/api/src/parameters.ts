import { z } from '@hono/zod-openapi';
import { LONGEST_LEAF, leafText, MOST_LEAVES, readDuration, readLeafPath } from '@steptrail/history';

/** A query parameter that may come once or many times. */
export function repeatable<T extends string>(words: readonly [T, ...T[]], description: string) {
  const word = z.enum(words);
  return z
    .union([word, z.array(word)])
    .transform((given): T[] => (Array.isArray(given) ? given : [given]))
    .optional()
    .openapi({
      type: 'array',
      items: { type: 'string', enum: [...words] },
      description: `${description} May be repeated.`,
    });
}

/** A query parameter that counts: `name=N` with a least and a greatest value. */
export function count(least: number, most: number, standard: number, description: string) {
  return z.coerce
    .number<string | undefined>(`must be a whole number from ${least} to ${most}`)
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .default(standard)
    .openapi({ type: 'integer', minimum: least, maximum: most, default: standard, description });
}

export const Cursor = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[\w-]+$/, 'must be the `next` of an earlier answer, unchanged')
  .optional()
  .openapi({ description: 'The `next` of the page before; absent: the first page.' });

export const Limit = count(1, 200, 50, 'Rows a page.');

export const Instant = z
  .union(
    [z.iso.datetime({ offset: true }), z.iso.date()],
    'must be an ISO 8601 date or time with zone, such as 2026-11-22T00:00:00Z',
  )
  .transform((text) => new Date(text))
  .optional()
  .openapi({ type: 'string', format: 'date-time' });

export const Flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional()
  .openapi({ type: 'boolean' });

export const Arn = z.string().min(1).max(2_048);
export const OptionalText = z.string().min(1).max(500).optional();

/** A bound that counts: a whole number from 0, or none. */
export const Bound = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number from 0 to 999999999')
  .transform(Number)
  .optional()
  .openapi({ type: 'integer', minimum: 0 });

export const DurationBound = z
  .string()
  .transform(readDuration)
  .refine((seconds) => seconds !== undefined, 'must be seconds (90) or an ISO 8601 duration such as PT1H30M')
  .optional()
  .openapi({ type: 'string', example: 'PT5M' });

export const Tag = z
  .string()
  .max(400)
  .regex(/^[^=]+=/, 'must be KEY=VALUE')
  .transform((text) => {
    const at = text.indexOf('=');
    return { key: text.slice(0, at), value: text.slice(at + 1) };
  })
  .optional()
  .openapi({ type: 'string', example: 'team=payments' });

/** Says what of payloads is indexed. */
export const INDEXED = `Indexed are the first ${MOST_LEAVES} strings, numbers and booleans of the input and of the output, each with its first ${LONGEST_LEAF} bytes.`;

export const LeafValue = z
  .string()
  .min(1)
  .max(2_000)
  .transform(leafText)
  .optional()
  .openapi({ type: 'string' });

export const LeafPath = z
  .string()
  .min(1)
  .max(500)
  .transform(readLeafPath)
  .refine((path) => path !== undefined, 'must be a path such as order.id or $.items[*].sku')
  .optional()
  .openapi({ type: 'string', example: '$.items[*].sku' });
