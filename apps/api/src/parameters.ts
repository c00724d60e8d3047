import { z } from '@hono/zod-openapi';
import { LONGEST_LEAF, leafText, MOST_LEAVES, readDuration, readLeafPath } from '@steptrail/history';

/** A query parameter that may come once or many times. */
export function repeatable<T extends string>(words: readonly [T, ...T[]], description: string) {
  const word = z.enum(words, `must be one of ${words.join(', ')}`);
  return z
    .union([word, z.array(word)], `must be one of ${words.join(', ')}`)
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

/** Times that every part of the way can hold: 1970 to 9999. */
const isWithinYears = (at: Date) => at.getTime() >= 0 && at.getUTCFullYear() <= 9999;

export const Instant = z
  .union(
    [z.iso.datetime({ offset: true }), z.iso.date()],
    'must be an ISO 8601 date or time with zone, such as 2026-11-22T00:00:00Z',
  )
  .transform((text) => new Date(text))
  .refine(isWithinYears, 'must be in the years 1970 to 9999')
  .optional()
  .openapi({ type: 'string', format: 'date-time' });

export const Flag = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((text) => text === 'true')
  .optional()
  .openapi({ type: 'boolean' });

/** A text of which the database can hold every character, within a length. */
export function text(least: 0 | 1, most: number) {
  return z
    .string()
    .min(least, 'must not be empty')
    .max(most, `must have ${most} characters at most`)
    .regex(/^[^\0]*$/, 'must not hold the character NUL');
}

export const Arn = text(1, 2_048);
export const OptionalText = text(1, 500).optional();

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

export const Tag = text(1, 400)
  .regex(/^[^=]+=/, 'must be KEY=VALUE')
  .transform((text) => {
    const at = text.indexOf('=');
    return { key: text.slice(0, at), value: text.slice(at + 1) };
  })
  .optional()
  .openapi({ type: 'string', example: 'team=payments' });

/** Says what of payloads is indexed. */
export const INDEXED = `Indexed are the first ${MOST_LEAVES} strings, numbers and booleans of the input and of the output, each with its first ${LONGEST_LEAF} bytes.`;

export const LeafValue = text(1, 2_000).transform(leafText).optional().openapi({ type: 'string' });

export const LeafPath = text(1, 500)
  .transform(readLeafPath)
  .refine((path) => path !== undefined, 'must be a path such as order.id or $.items[*].sku')
  .optional()
  .openapi({ type: 'string', example: '$.items[*].sku' });
