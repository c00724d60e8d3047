import {
  type DescribedStateMachine,
  describeStateMachine,
  type ListedStateMachine,
  type LoggingConfiguration,
  listStateMachines,
  logGroupNameOf,
  RETENTION_DAYS,
} from '@steptrail/aws';
import { parseStatesArn } from '@steptrail/history';
import { markGone, noteSighting, saveRevision, saveStateMachine } from '@steptrail/store';
import { logsExpressChildren } from './child-definition.ts';
import { type IngestContext, present, type Tally } from './context.ts';
import { type Definition, keepDefinition, understandDefinition } from './definitions.ts';
import { judgeDefinition } from './judge-definition.ts';
import { type ProblemBook, tolerate } from './problems.ts';
import { createTagReader, type ReadTags } from './read-tags.ts';
import { createVersionReader, type ReadVersions } from './read-versions.ts';

/** A state machine as this ingest found it. Without `definition` it could not be described. */
export interface FoundStateMachine {
  readonly stateMachineArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly creationDate?: Date | undefined;
  readonly revisionId?: string | undefined;
  readonly definition?: Definition | undefined;
  readonly logging?: LoggingConfiguration | undefined;
  /** Epoch milliseconds: what started before ran with this definition or an earlier one. */
  readonly describedAt?: number | undefined;
}

/**
 * Lists the state machines, describes each, keeps its definition and judges it. What cannot be described is kept as
 * far as it is known. Those that AWS no longer lists are marked as gone, unless the list is not whole.
 */
export async function ingestStateMachines(
  context: IngestContext,
  book: ProblemBook,
  tally: Tally,
): Promise<readonly FoundStateMachine[]> {
  const { sql, clients, signal } = context;
  const found: FoundStateMachine[] = [];
  const readTags = createTagReader(context, book);
  const readVersions = createVersionReader(context, book);
  let whole = true;
  for await (const { items, problem } of listStateMachines(clients, signal)) {
    if (problem !== undefined) {
      whole = false;
      await book.report(sql, { subject: 'ListStateMachines', ...problem });
    }
    for (const listed of items) {
      found.push(await ingestStateMachine(context, book, listed, readTags, readVersions));
    }
    tally.stateMachines = found.length;
    context.onProgress?.({ kind: 'state machines', stateMachines: found.length });
  }
  await book.clear(sql, 'connection', ...(whole ? ['ListStateMachines'] : []));
  const accountId = context.source.accountId ?? accountOf(found[0]?.stateMachineArn);
  if (whole && accountId !== undefined) {
    const arns = found.map((machine) => machine.stateMachineArn);
    const gone = await markGone(sql, arns, { accountId, region: context.source.region }, present(context));
    for (const arn of gone) {
      await book.clear(sql, `definition ${arn}`, `DescribeStateMachine ${arn}`, `ListExecutions ${arn}`);
    }
  }
  return found;
}

function accountOf(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : parseStatesArn(arn)?.accountId;
}

/** Describes one state machine, keeps its definition and judges it. */
export async function ingestStateMachine(
  context: IngestContext,
  book: ProblemBook,
  listed: ListedStateMachine,
  readTags: ReadTags,
  readVersions: ReadVersions,
): Promise<FoundStateMachine> {
  const { sql, clients, signal } = context;
  const describedAt = present(context).getTime();
  const { stateMachineArn } = listed;
  const subject = `DescribeStateMachine ${stateMachineArn}`;
  const described = await tolerate(book, sql, stateMachineArn, () =>
    describeStateMachine(clients, stateMachineArn, signal),
  );
  if (described !== undefined) await book.clear(sql, subject, 'DescribeStateMachine');
  const tags = await readTags(stateMachineArn);
  const type = described?.type ?? listed.type ?? 'STANDARD';
  const place = {
    accountId: accountOf(stateMachineArn) ?? context.source.accountId ?? 'unknown',
    region: parseStatesArn(stateMachineArn)?.region ?? context.source.region,
  };
  const retentionDays = context.retentionDays ?? RETENTION_DAYS;
  const basic = { stateMachineArn, type, name: listed.name, ...place, retentionDays, ...(tags && { tags }) };
  const creationDate = listed.creationDate ?? described?.creationDate;
  if (described === undefined) {
    await saveStateMachine(sql, { ...basic, creationDate }, present(context));
    return { stateMachineArn, type, creationDate };
  }
  const definition = understandDefinition(described.definition, type);
  await sql.begin(async (tx) => {
    await keepDefinition(tx, definition);
    await saveStateMachine(tx, { ...basic, creationDate, ...rowOf(described, definition) }, present(context));
    await saveRevision(tx, {
      stateMachineArn,
      revisionId: described.revisionId,
      definitionSha256: definition.sha256,
      roleArn: described.roleArn,
    });
    if (leavesTraces(type, definition)) {
      const { revisionId, logging } = described;
      const { level = 'OFF', logGroupArn } = logging ?? {};
      const logGroupName = logGroupArn === undefined || level === 'OFF' ? null : logGroupNameOf(logGroupArn);
      await noteSighting(
        tx,
        {
          stateMachineArn,
          revisionId,
          definitionSha256: definition.sha256,
          logLevel: level,
          logGroupName: logGroupName ?? null,
        },
        new Date(describedAt),
      );
    }
    await judgeDefinition(tx, context, { stateMachineArn, type, definition });
  });
  if (definition.machine === undefined) {
    const first = definition.problems[0]?.message ?? 'it is empty.';
    const message = `The definition of ${stateMachineArn} does not parse, so its executions are archived but not replayed: ${first}`;
    await book.report(sql, { subject: `definition ${stateMachineArn}`, code: 'InvalidDefinition', message });
  } else await book.clear(sql, `definition ${stateMachineArn}`);
  const { revisionId, logging } = described;
  await readVersions({ stateMachineArn, type, revisionId });
  return { stateMachineArn, type, creationDate, revisionId, definition, logging, describedAt };
}

/** Whether its executions, or children of them, are told by nothing but its log. */
export function leavesTraces(type: 'STANDARD' | 'EXPRESS', definition: Definition | undefined): boolean {
  return type === 'EXPRESS' || logsExpressChildren(definition?.machine);
}

function rowOf(described: DescribedStateMachine, definition: Definition) {
  return {
    status: described.status,
    revisionId: described.revisionId,
    definitionSha256: definition.sha256,
    roleArn: described.roleArn,
    loggingConfiguration: described.logging,
    tracingConfiguration: { enabled: described.tracingEnabled },
    encryptionConfiguration: described.encryption,
  };
}
