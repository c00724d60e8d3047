import { CODECS, decodeChunk } from '@steptrail/archive';
import { findExecutionIds, findKnown, findRemoved, readChunksOf, type Sql } from '@steptrail/store';
import type { RawRecord } from './archive-express-execution.ts';

/**
 * Of each execution the records that the archive does not have. One that retention has removed is left out. Whoever
 * reads windows that overlap reads most records again.
 */
export async function findFreshRecords(
  sql: Sql,
  gathered: readonly (readonly [executionArn: string, records: readonly RawRecord[]])[],
): Promise<ReadonlyMap<string, readonly RawRecord[]>> {
  const arns = gathered.map(([executionArn]) => executionArn);
  const [known, removed, ids] = await Promise.all([
    findKnown(sql, arns),
    findRemoved(sql, arns),
    findExecutionIds(sql, arns),
  ]);
  const knownIds = new Map([...ids].filter(([arn]) => known.has(arn)).map(([arn, id]) => [id, arn]));
  const archived = new Map<string, Set<string>>();
  for (const chunk of knownIds.size === 0 ? [] : await readChunksOf(sql, [...knownIds.keys()])) {
    const arn = knownIds.get(chunk.executionId);
    const decoded = chunk.codec === CODECS.logRecords ? decodeChunk(chunk) : undefined;
    if (arn === undefined || !decoded?.ok) continue;
    const texts = archived.get(arn) ?? new Set();
    archived.set(arn, texts);
    for (const raw of decoded.rawEvents) texts.add(JSON.stringify(raw));
  }
  return new Map(
    gathered
      .filter(([arn]) => !removed.has(arn))
      .map(([arn, records]) => {
        const texts = archived.get(arn);
        return [arn, records.filter((raw) => !texts?.has(JSON.stringify(raw)))];
      }),
  );
}
