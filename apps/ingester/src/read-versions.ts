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
  someCursorHas,
} from '@steptrail/store';
import { type IngestContext, present } from './context.ts';
import { keepDefinition, understandDefinition } from './definitions.ts';
import { type ProblemBook, problemOf } from './problems.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Reads the versions and aliases of a state machine, where that is due. */
export type ReadVersions = (machine: {
  readonly stateMachineArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly revisionId: string;
}) => Promise<void>;

/** When versions were read last, which revision the state machine had then, and whether each could be described. */
interface VersionCursor {
  readonly readAt: number;
  readonly revisionId: string;
  readonly whole: boolean;
}

/** What has been read lately: all of it, or a part, which is tried again sooner. Undefined: it is time to read. */
function findRead(cursor: unknown, revisionId: string, now: number): 'all' | 'part' | undefined {
  if (typeof cursor !== 'object' || cursor === null) return undefined;
  if (!('readAt' in cursor) || !('revisionId' in cursor) || typeof cursor.readAt !== 'number')
    return undefined;
  const whole = 'whole' in cursor && cursor.whole === true;
  if (cursor.revisionId !== revisionId || Math.abs(now - cursor.readAt) >= (whole ? DAY : HOUR))
    return undefined;
  return whole ? 'all' : 'part';
}

/** What the names of these cursors begin with. */
const VERSIONS = 'versions ';

const OPERATIONS = [
  'ListStateMachineVersions',
  'ListStateMachineAliases',
  'DescribeStateMachine',
  'DescribeStateMachineAlias',
] as const satisfies readonly Operation[];

/**
 * Reads versions and aliases once a day and after each update of the state machine, for AWS allows one such call a
 * second. They are welcome, not needed: an operation that is refused is one problem, and is left out for this ingest.
 */
export function createVersionReader(context: IngestContext, book: ProblemBook): ReadVersions {
  const { sql, clients, signal } = context;
  const refused = new Set<Operation>();
  let described = true; // of the state machine at hand

  /** Undefined where AWS refuses; then the problem is in the book. */
  const ask = async <T>(operation: Operation, arn: string, run: () => Promise<T>): Promise<T | undefined> => {
    if (refused.has(operation)) {
      described = false;
      return undefined;
    }
    try {
      const answer = await run();
      await book.clear(sql, operation, `${operation} ${arn}`);
      return answer;
    } catch (error) {
      if (!(error instanceof AwsError) || error.fatal) throw error;
      const problem = problemOf(error, arn);
      await book.report(sql, problem);
      if (problem.subject === operation) refused.add(operation);
      described = false;
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
      const answer = await ask('DescribeStateMachine', stateMachineVersionArn, () =>
        describeStateMachine(clients, stateMachineVersionArn, signal),
      );
      const version = { stateMachineVersionArn, stateMachineArn, creationDate };
      if (answer === undefined) await saveVersion(sql, version);
      else {
        const definition = understandDefinition(answer.definition, type);
        const { revisionId, description } = answer;
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
      const answer = await ask('DescribeStateMachineAlias', stateMachineAliasArn, () =>
        describeStateMachineAlias(clients, stateMachineAliasArn, signal),
      );
      const name = answer?.name ?? stateMachineAliasArn.split(':')[7] ?? stateMachineAliasArn;
      await saveAlias(sql, { creationDate, ...answer, stateMachineAliasArn, stateMachineArn, name });
    }
    const arns = listed.rows.map((row) => row.stateMachineAliasArn);
    if (listed.whole) await markAliasesGone(sql, stateMachineArn, arns, present(context));
    return listed.whole;
  };

  /** What went wrong with a state machine is past, and with an operation, unless it is refused for another one. */
  const clear = async (stateMachineArn: string): Promise<void> => {
    for (const operation of OPERATIONS) {
      const isPast = async () => !(await someCursorHas(sql, VERSIONS, { whole: false }));
      if (book.isOpen(operation) && (await isPast())) await book.clear(sql, operation);
      await book.clear(sql, `${operation} ${stateMachineArn}`);
      await book.clearUnder(sql, `${operation} ${stateMachineArn}:`);
    }
  };

  return async ({ stateMachineArn, type, revisionId }) => {
    const source = `${VERSIONS}${stateMachineArn}`;
    const readAt = present(context).getTime();
    const read = findRead(await readCursor(sql, source), revisionId, readAt);
    if (read === 'all') await clear(stateMachineArn); // what failed here, another process has read
    if (read !== undefined) return;
    described = true;
    const versions = await readVersions(stateMachineArn, type);
    const aliases = await readAliases(stateMachineArn);
    if (!versions || !aliases) return;
    if (described) await clear(stateMachineArn);
    await saveCursor(sql, source, { readAt, revisionId, whole: described } satisfies VersionCursor);
  };
}
