import {
  AwsError,
  describeStateMachine,
  describeStateMachineAlias,
  listStateMachineAliases,
  listStateMachineVersions,
  type Operation,
} from '@steptrail/aws';
import {
  listVersions,
  markAliasesGone,
  markVersionsGone,
  readCursor,
  saveAlias,
  saveCursor,
  saveVersion,
} from '@steptrail/store';
import { type IngestContext, present } from './context.ts';
import { keepDefinition, understandDefinition } from './definitions.ts';
import { type ProblemBook, problemOf } from './problems.ts';

const DAY = 86_400_000;

/** Reads the versions and aliases of a state machine, where that is due. */
export type ReadVersions = (machine: {
  readonly stateMachineArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly revisionId: string;
}) => Promise<void>;

/** When versions were read last, and which revision the state machine had then. */
function isRead(cursor: unknown, revisionId: string, now: number): boolean {
  if (typeof cursor !== 'object' || cursor === null) return false;
  if (!('readAt' in cursor) || !('revisionId' in cursor) || typeof cursor.readAt !== 'number') return false;
  return cursor.revisionId === revisionId && now - cursor.readAt < DAY;
}

/**
 * Reads versions and aliases once a day and after each update of the state machine, for AWS allows one such call a
 * second. They are welcome, not needed: an operation that is refused is one problem, and is left out for this ingest.
 */
export function createVersionReader(context: IngestContext, book: ProblemBook): ReadVersions {
  const { sql, clients, signal } = context;
  const refused = new Set<Operation>();

  /** Undefined where AWS refuses; then the problem is in the book. */
  const ask = async <T>(operation: Operation, arn: string, run: () => Promise<T>): Promise<T | undefined> => {
    if (refused.has(operation)) return undefined;
    try {
      const answer = await run();
      await book.clear(sql, operation, `${operation} ${arn}`);
      return answer;
    } catch (error) {
      if (!(error instanceof AwsError) || error.fatal) throw error;
      const problem = problemOf(error, arn);
      await book.report(sql, problem);
      if (problem.subject === operation) refused.add(operation);
      return undefined;
    }
  };

  const collect = async <T>(
    pages: AsyncIterable<{ readonly items: readonly T[]; readonly problem?: unknown }>,
  ) => {
    const rows: T[] = [];
    let whole = true;
    for await (const { items, problem } of pages) {
      rows.push(...items);
      if (problem !== undefined) whole = false;
    }
    return { rows, whole };
  };

  const readVersions = async (stateMachineArn: string, type: 'STANDARD' | 'EXPRESS'): Promise<boolean> => {
    const listed = await ask('ListStateMachineVersions', stateMachineArn, () =>
      collect(listStateMachineVersions(clients, stateMachineArn, signal)),
    );
    if (listed === undefined) return false;
    const known = new Map(
      (await listVersions(sql, stateMachineArn)).map((row) => [row.stateMachineVersionArn, row]),
    );
    for (const { stateMachineVersionArn, creationDate } of listed.rows) {
      const before = known.get(stateMachineVersionArn);
      // A version never changes: once described is enough.
      if (before !== undefined && before.definitionSha256 !== null && before.goneAt === null) continue;
      const described = await ask('DescribeStateMachine', stateMachineVersionArn, () =>
        describeStateMachine(clients, stateMachineVersionArn, signal),
      );
      const version = { stateMachineVersionArn, stateMachineArn, creationDate };
      if (described === undefined) await saveVersion(sql, version);
      else {
        const definition = understandDefinition(described.definition, type);
        const { revisionId, description } = described;
        await keepDefinition(sql, definition);
        await saveVersion(sql, { ...version, description, revisionId, definitionSha256: definition.sha256 });
      }
    }
    const arns = listed.rows.map((row) => row.stateMachineVersionArn);
    if (listed.whole) await markVersionsGone(sql, stateMachineArn, arns, present(context));
    return listed.whole;
  };

  const readAliases = async (stateMachineArn: string): Promise<boolean> => {
    const listed = await ask('ListStateMachineAliases', stateMachineArn, () =>
      collect(listStateMachineAliases(clients, stateMachineArn, signal)),
    );
    if (listed === undefined) return false;
    for (const { stateMachineAliasArn, creationDate } of listed.rows) {
      const described = await ask('DescribeStateMachineAlias', stateMachineAliasArn, () =>
        describeStateMachineAlias(clients, stateMachineAliasArn, signal),
      );
      const name = described?.name ?? stateMachineAliasArn.split(':')[7] ?? stateMachineAliasArn;
      await saveAlias(sql, { creationDate, ...described, stateMachineAliasArn, stateMachineArn, name });
    }
    const arns = listed.rows.map((row) => row.stateMachineAliasArn);
    if (listed.whole) await markAliasesGone(sql, stateMachineArn, arns, present(context));
    return listed.whole;
  };

  return async ({ stateMachineArn, type, revisionId }) => {
    const source = `versions ${stateMachineArn}`;
    const readAt = present(context).getTime();
    if (isRead(await readCursor(sql, source), revisionId, readAt)) return;
    const versions = await readVersions(stateMachineArn, type);
    const aliases = await readAliases(stateMachineArn);
    if (versions && aliases) await saveCursor(sql, source, { readAt, revisionId });
  };
}
