import { type Damage, describeRange, shown } from './damage.ts';
import { SEALED_CHUNK_MEMBERS, SEALED_MEMBERS, type SealedChunk, type SealedExecution } from './statement.ts';

/** What of an execution the archive holds now, as far as it is sealed; chunks without their bodies. */
export type StoredExecution = SealedExecution;

const isOpen = (status: string) => status === 'RUNNING' || status === 'PENDING_REDRIVE';

/**
 * Whether an execution may have gone on since it was sealed: only a redrive opens a closed one again, and only log
 * records come late. Its seal then speaks of the events that it had.
 */
export function hasGoneOn(sealed: SealedExecution, stored: StoredExecution): boolean {
  const grown = stored.events > sealed.events;
  if (stored.type === 'EXPRESS' && countRecords(stored) > countRecords(sealed)) return true;
  return stored.redriveCount > sealed.redriveCount && (isOpen(stored.status) || grown);
}

/** Two records may tell of one event, and come at different times. */
function countRecords({ chunks }: SealedExecution): number {
  return chunks.reduce((sum, { events }) => sum + events, 0);
}

/** Compares what is stored of an execution, beside its chunks' bytes, with the last seal of it. */
export function checkExecution(sealed: SealedExecution, stored: StoredExecution): readonly Damage[] {
  return [...checkMembers(sealed, stored), ...checkChunks(sealed.chunks, stored.chunks)];
}

function checkMembers(sealed: SealedExecution, stored: StoredExecution): readonly Damage[] {
  return SEALED_MEMBERS.filter((member) => sealed[member] !== stored[member]).map((member) => ({
    kind: 'changed' as const,
    what: member,
    sealed: shown(sealed[member]),
    found: shown(stored[member]),
    message: `${member} was changed: it was sealed as ${shown(sealed[member])} and is ${shown(stored[member])}.`,
  }));
}

function checkChunks(sealed: readonly SealedChunk[], stored: readonly SealedChunk[]): readonly Damage[] {
  const damages: Damage[] = [];
  const byFirst = new Map(stored.map((chunk) => [chunk.firstEventId, chunk]));
  for (const chunk of sealed) {
    const { firstEventId, lastEventId } = chunk;
    const now = byFirst.get(firstEventId);
    byFirst.delete(firstEventId);
    if (now === undefined) {
      const range = describeRange(firstEventId, lastEventId);
      const message = `The chunk of ${range} is missing.`;
      damages.push({ kind: 'missing', what: 'chunk', firstEventId, lastEventId, message });
    } else damages.push(...checkChunk(chunk, now));
  }
  for (const { firstEventId, lastEventId } of byFirst.values()) {
    const message = `A chunk of ${describeRange(firstEventId, lastEventId)} was added after the seal.`;
    damages.push({ kind: 'added', what: 'chunk', firstEventId, lastEventId, message });
  }
  return damages;
}

function checkChunk(sealed: SealedChunk, stored: SealedChunk): readonly Damage[] {
  const { firstEventId, lastEventId } = sealed;
  return SEALED_CHUNK_MEMBERS.filter((member) => sealed[member] !== stored[member]).map((member) => ({
    kind: 'changed' as const,
    what: `${member} of the chunk`,
    firstEventId,
    lastEventId,
    sealed: shown(sealed[member]),
    found: shown(stored[member]),
    message: `${member} of the chunk of ${describeRange(firstEventId, lastEventId)} was changed: it was sealed as ${shown(sealed[member])} and is ${shown(stored[member])}.`,
  }));
}
