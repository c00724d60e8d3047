import type { State, StateMachine } from '@steptrail/asl';
import { AwsError, describeExecution } from '@steptrail/aws';
import { parseStatesArn } from '@steptrail/history';
import { type ExecutionRow, readMapRun, type Sql } from '@steptrail/store';
import type { IngestContext } from './context.ts';
import { type Definition, loadDefinition } from './definitions.ts';
import type { Resolved } from './revisions.ts';

/** The label in the ARN of a Map Run's child execution; undefined: the execution is none. */
export function labelOf(executionArn: string): string | undefined {
  const arn = parseStatesArn(executionArn);
  return arn?.kind === 'execution' || arn?.kind === 'express' ? arn.mapRunLabel : undefined;
}

/**
 * What a child execution runs with: its parent's revision, and of its definition the Map's processor. Nothing where the
 * archive does not know the Map Run, or its parent's definition; both make the child be judged when they come.
 */
export async function resolveChild(
  sql: Sql,
  executionArn: string,
  mapRunArn: string | null | undefined,
): Promise<Omit<Resolved, 'unanswered'>> {
  const run = mapRunArn == null ? undefined : await readMapRun(sql, mapRunArn);
  if (run === undefined || run.definitionSha256 === null || run.revisionId === null) return {};
  const { definitionSha256, revisionId } = run;
  const whole = await loadDefinition(sql, definitionSha256, 'STANDARD');
  const state = run.state ?? mapOf(whole?.machine, labelOf(executionArn));
  if (state === undefined) return {};
  const definition = await loadDefinition(sql, definitionSha256, 'STANDARD', state);
  if (definition === undefined) return {};
  return { revision: { revisionId, definition }, assumed: run.definitionAssumed ?? undefined };
}

/** The definition that an archived execution is replayed with. */
export async function definitionOf(
  sql: Sql,
  known: Pick<ExecutionRow, 'executionArn' | 'mapRunArn' | 'definitionSha256' | 'type'>,
): Promise<Definition | undefined> {
  if (labelOf(known.executionArn) !== undefined) {
    return (await resolveChild(sql, known.executionArn, known.mapRunArn)).revision?.definition;
  }
  if (known.definitionSha256 === null) return undefined;
  return loadDefinition(sql, known.definitionSha256, known.type);
}

/** The Map Run of a child: as listed, as known, or as AWS says when asked; undefined where it does not. */
export async function findMapRun(
  context: IngestContext,
  executionArn: string,
  given: string | null | undefined,
): Promise<string | undefined> {
  if (given != null || labelOf(executionArn) === undefined) return given ?? undefined;
  try {
    return (await describeExecution(context.clients, executionArn, context.signal)).mapRunArn;
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal) throw error;
    return undefined;
  }
}

/** Whether the children of a Map state are Express executions, which have no history. */
export function startsExpress(machine: StateMachine | undefined, state: string | null): boolean {
  return isExpressMap(machine === undefined || state === null ? undefined : findState(machine, state));
}

type States = Pick<StateMachine, 'States'>;

function innerOf(state: State): readonly States[] {
  if (state.Type === 'Parallel') return state.Branches;
  if (state.Type !== 'Map') return [];
  const processor = state.ItemProcessor ?? state.Iterator;
  return processor === undefined ? [] : [processor];
}

function* walk(scope: States): Generator<readonly [string, State]> {
  for (const [name, state] of Object.entries(scope.States)) {
    yield [name, state];
    for (const inner of innerOf(state)) yield* walk(inner);
  }
}

function findState(machine: StateMachine, name: string): State | undefined {
  for (const [key, state] of walk(machine)) if (key === name) return state;
  return undefined;
}

export function hasDistributedMap(machine: StateMachine): boolean {
  return [...walk(machine)].some(([, state]) => isDistributed(state));
}

function isDistributed(state: State): boolean {
  return state.Type === 'Map' && state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/** Whether a definition has a Map whose child executions are Express ones: they leave their traces in its log. */
export function logsExpressChildren(machine: StateMachine | undefined): boolean {
  return machine !== undefined && [...walk(machine)].some(([, state]) => isExpressMap(state));
}

/** Whether a definition has a distributed Map whose child executions are Standard ones: they have histories. */
export function hasStandardChildren(machine: StateMachine | undefined): boolean {
  return (
    machine !== undefined &&
    [...walk(machine)].some(
      ([, state]) =>
        state.Type === 'Map' &&
        state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED' &&
        !isExpressMap(state),
    )
  );
}

function isExpressMap(state: State | undefined): boolean {
  const processor = state?.Type === 'Map' ? (state.ItemProcessor ?? state.Iterator) : undefined;
  return processor?.ProcessorConfig?.ExecutionType === 'EXPRESS';
}

/** The Map with this label; where it has none AWS makes one up, and only a single distributed Map is certain. */
export function mapOf(machine: StateMachine | undefined, label: string | undefined): string | undefined {
  if (machine === undefined) return undefined;
  const distributed = [...walk(machine)].filter(([, state]) => isDistributed(state));
  const labelled = distributed.find(([, state]) => state.Type === 'Map' && state.Label === label);
  return (labelled ?? (distributed.length === 1 ? distributed[0] : undefined))?.[0];
}
