import {
  checkBody,
  checkExecution,
  checkGrowth,
  type Damage,
  decodeChunk,
  eventIdOf,
  hasGoneOn,
  readExecutionStatement,
  type SealedChunk,
  type SealedExecution,
  stateDefinition,
} from '@steptrail/archive';
import { readChunks, readDefinition, type SealableExecution, type SealRow, type Sql } from '@steptrail/store';
import { describeLocally } from './seal-archive.ts';

/** A damage, and of what. */
export interface FoundDamage extends Damage {
  /** An execution's ARN, a definition's sha256, or `log of seals`. */
  readonly subject: string;
}

/** Whether the text of a definition is the one that was sealed. */
export async function verifyDefinition(
  sql: Sql,
  seal: SealRow,
  tell: (damage: FoundDamage) => void,
): Promise<void> {
  const row = await readDefinition(sql, seal.subject);
  const damage = { subject: seal.subject, what: 'definition' };
  if (row === undefined) tell({ ...damage, kind: 'missing', message: 'The definition is missing.' });
  else if (stateDefinition(row.definitionSha256, row.definition) !== seal.statement) {
    tell({ ...damage, kind: 'changed', message: 'The text of the definition was changed.' });
  }
}

/**
 * Compares an execution with its seals. Nothing is written.
 * @param seals all of the execution, the oldest first; what came before a removal does not count
 */
export async function verifySealed(
  sql: Sql,
  seals: readonly SealRow[],
  stored: SealableExecution | undefined,
  tellOf: (damage: FoundDamage) => void,
): Promise<void> {
  const last = seals.at(-1);
  if (last === undefined) return;
  const { subject } = last;
  const tell = (damage: Damage) => tellOf({ subject, ...damage });
  const sealed = readExecutionStatement(last.statement);
  if (sealed === undefined) {
    return tell({ kind: 'changed', what: 'statement', message: 'Its seal cannot be read.' });
  }
  if (stored === undefined) {
    return tell({
      kind: 'missing',
      what: 'execution',
      firstEventId: 1,
      lastEventId: sealed.lastEventId,
      message: `The execution is missing, with its ${sealed.events} events.`,
    });
  }
  const since = seals.findLastIndex(({ kind }) => kind === 'removal') + 1;
  const earlier = seals.slice(since, -1).flatMap(({ statement }) => readExecutionStatement(statement) ?? []);
  if (hasGoneOn(sealed, stored)) return verifyGrowth(sql, [...earlier, sealed], stored, tell);
  const found = [...checkExecution(sealed, stored)];
  for await (const chunk of readChunks(sql, stored.executionId)) {
    const seal = sealed.chunks.find(({ firstEventId }) => firstEventId === chunk.firstEventId);
    if (seal !== undefined) found.push(...checkBody(seal, chunk.body, sealed.chunks));
  }
  if (found.length === 0) found.push(...checkLocally(stored, last));
  for (const damage of found) tell(damage);
  await verifyGrowth(sql, earlier, stored, tell);
}

/** What earlier seals covered must still be there, event by event. Of log records nobody can tell: they come late. */
async function verifyGrowth(
  sql: Sql,
  earlier: readonly SealedExecution[],
  stored: SealableExecution,
  tell: (damage: Damage) => void,
): Promise<void> {
  if (earlier.length === 0 || stored.type === 'EXPRESS') return;
  const covered = earlier.flatMap(({ chunks }) => chunks);
  let awaited = [
    ...new Map(covered.map((seal) => [`${seal.firstEventId} ${seal.sha256}`, seal])).values(),
  ].map((seal) => ({ seal, rawEvents: [] as unknown[] }));
  for await (const chunk of readChunks(sql, stored.executionId)) {
    const { firstEventId, lastEventId } = chunk;
    const isTouched = ({ seal }: Covered) =>
      seal.firstEventId <= lastEventId && seal.lastEventId >= firstEventId;
    const touched = awaited.filter(isTouched);
    if (touched.length === 0) continue;
    const decoded = decodeChunk(chunk);
    if (!decoded.ok) {
      tell({ kind: 'changed', what: 'body', message: decoded.problem.message });
      awaited = awaited.filter((one) => !isTouched(one));
      continue;
    }
    for (const one of touched) {
      addCovered(one, decoded.rawEvents);
      // A block that grew may be cut into several chunks now.
      if (lastEventId < one.seal.lastEventId) continue;
      for (const damage of checkGrowth(one.seal, one.rawEvents)) tell(damage);
      awaited = awaited.filter((other) => other !== one);
    }
  }
  for (const { seal, rawEvents } of awaited) {
    if (rawEvents.length > 0) for (const damage of checkGrowth(seal, rawEvents)) tell(damage);
  }
}

/** A chunk as an earlier seal covered it, and what of its events is there. */
interface Covered {
  readonly seal: SealedChunk;
  readonly rawEvents: unknown[];
}

function addCovered({ seal, rawEvents }: Covered, given: readonly unknown[]): void {
  let id = seal.firstEventId;
  for (const raw of given) {
    id = eventIdOf(raw) ?? id;
    if (id >= seal.firstEventId && id <= seal.lastEventId) rawEvents.push(raw);
  }
}

/** What only this installation's seal says of an execution. */
function checkLocally(stored: SealableExecution, seal: SealRow): readonly Damage[] {
  if (stored.sealDue) {
    const message = 'It is as it was sealed, and yet marked as still to be sealed.';
    return [{ kind: 'changed', what: 'sealDue', message }];
  }
  if (describeLocally(stored) === seal.local) return [];
  const local = readLocal(seal.local);
  // An entry of the log that was itself changed is told of by its chain.
  if (local === undefined) return [];
  if (local.source !== stored.source) {
    const message = `source was changed: it was sealed as ${local.source} and is ${stored.source}.`;
    return [{ kind: 'changed', what: 'source', sealed: local.source, found: stored.source, message }];
  }
  const other = stored.chunks.find((chunk, index) => chunk.bodySha256 !== local.bodies?.[index]);
  const { firstEventId, lastEventId } = other ?? {};
  const range = `events ${firstEventId} to ${lastEventId}`;
  const message = `The stored bytes of ${range} were changed, though not what they say.`;
  return [{ kind: 'changed', what: 'body', firstEventId, lastEventId, message }];
}

function readLocal(
  text: string,
): { readonly source?: string; readonly bodies?: readonly string[] } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
