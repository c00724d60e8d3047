import { appendToChain, stateDefinition, stateExecution } from '@steptrail/archive';
import {
  appendSeals,
  type Client,
  listSealDue,
  lockSealHead,
  readDefinition,
  readSealsOf,
  type SealableExecution,
  type Sql,
  takeSealDue,
} from '@steptrail/store';

/** So many executions a transaction: the log's head is held while they are sealed. */
const BATCH = 200;

/**
 * Seals the executions that are closed and archived to their end, and their definitions, with the log of seals.
 * Apart from the archiving, so that no ingester waits for another's seal. Gives how many entries were appended.
 */
export async function sealArchive(sql: Client, now: () => Date, signal?: AbortSignal): Promise<number> {
  let sealed = 0;
  for (;;) {
    signal?.throwIfAborted();
    const batch = await sql.begin((tx) => sealBatch(tx, now()));
    sealed += batch.appended;
    if (batch.executions < BATCH) return sealed;
  }
}

async function sealBatch(
  sql: Sql,
  now: Date,
): Promise<{ readonly executions: number; readonly appended: number }> {
  if ((await listSealDue(sql, 1)).length === 0) return { executions: 0, appended: 0 };
  // The head first, here and in retention: who holds it is alone, and nobody waits crosswise.
  const head = await lockSealHead(sql);
  const due = await takeSealDue(sql, await listSealDue(sql, BATCH));
  const known = await lastSealsOf(sql, [
    ...due.map((row) => row.executionArn),
    ...due.flatMap((row) => row.definitionSha256 ?? []),
  ]);
  const definitions = await Promise.all(
    [...new Set(due.flatMap((row) => row.definitionSha256 ?? []))]
      .filter((sha256) => !known.has(sha256))
      .map((sha256) => readDefinition(sql, sha256)),
  );
  const facts = [
    ...definitions.flatMap((row) =>
      row === undefined
        ? []
        : [
            {
              kind: 'definition' as const,
              subject: row.definitionSha256,
              statement: stateDefinition(row.definitionSha256, row.definition),
            },
          ],
    ),
    ...due.flatMap((row) => {
      const statement = stateExecution(row);
      const local = describeLocally(row);
      const last = known.get(row.executionArn);
      if (last?.statement === statement && last.local === local) return [];
      return [{ kind: 'execution' as const, subject: row.executionArn, statement, local }];
    }),
  ];
  await appendSeals(sql, appendToChain(head, facts, now));
  return { executions: due.length, appended: facts.length };
}

async function lastSealsOf(sql: Sql, subjects: readonly string[]) {
  const rows = await readSealsOf(sql, subjects);
  return new Map(rows.map((row) => [row.subject, row]));
}

/** What is so of an execution in this installation alone: where it came from, and its chunks' compressed bytes. */
export function describeLocally({ source, chunks }: SealableExecution): string {
  return JSON.stringify({ source, bodies: chunks.map((chunk) => chunk.bodySha256) });
}
