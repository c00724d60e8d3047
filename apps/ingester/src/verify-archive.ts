import { CHAIN_START, checkLink, readExecutionStatement } from '@steptrail/archive';
import {
  type Client,
  countUnsealed,
  listSeals,
  readSealable,
  readSealHead,
  readSealsOf,
  type SealRow,
  type Sql,
} from '@steptrail/store';
import { type FoundDamage, verifyDefinition, verifySealed } from './verify-sealed.ts';

export interface VerifyReport {
  /** Executions whose every byte was compared with their seal. */
  readonly verified: number;
  readonly damaged: number;
  readonly definitions: number;
  /** Executions that were removed lawfully, by retention. */
  readonly removed: number;
  /** Closed executions that wait for their seal. */
  readonly waiting: number;
  /** Closed executions whose history is not whole: they have no seal. */
  readonly incomplete: number;
  /** Where the log ends. Whoever notes it elsewhere can prove later that nothing before it was changed. */
  readonly head: { readonly position: number; readonly chain: string };
}

export interface VerifyOptions {
  readonly onDamage: (damage: FoundDamage) => void;
  readonly onProgress?: ((verified: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A head that was noted earlier: position and chain. The log must still go through it. */
  readonly anchor?: { readonly position: number; readonly chain: string } | undefined;
}

const BATCH = 100;
const LOG = 'log of seals';
/** An ingester may archive and seal at the same time: a batch sees one moment. */
const SNAPSHOT = 'isolation level repeatable read read only';

/** Compares the whole archive with the log of seals. Memory is flat; the database is only read. */
export async function verifyArchive(sql: Client, options: VerifyOptions): Promise<VerifyReport> {
  const report = { verified: 0, damaged: 0, definitions: 0, removed: 0 };
  const damaged = new Set<string>();
  const tell = (damage: FoundDamage) => {
    damaged.add(damage.subject);
    options.onDamage(damage);
  };
  let head: { readonly position: number; readonly chain: Buffer } = { position: 0, chain: CHAIN_START };
  for (;;) {
    options.signal?.throwIfAborted();
    const entries = await listSeals(sql, head.position, BATCH);
    for (const entry of entries) {
      for (const message of checkLink(head, entry)) tell(ofLog(message));
      if (options.anchor?.position === entry.position) checkAnchor(options.anchor, entry, tell);
      head = { position: entry.position, chain: entry.chain };
    }
    const counts = await sql.begin(SNAPSHOT, (tx) => verifyEntries(tx, entries, tell));
    report.verified += counts.verified;
    report.definitions += counts.definitions;
    report.removed += counts.removed;
    options.onProgress?.(report.verified);
    if (entries.length < BATCH) break;
  }
  const stated = await readSealHead(sql);
  if (stated?.position !== head.position || !stated.chain.equals(head.chain)) {
    tell(
      ofLog(
        `The log of seals ends at entry ${head.position}, but its head says ${stated?.position ?? 'nothing'}: entries were cut off or put in at its end.`,
      ),
    );
  }
  if (options.anchor !== undefined && options.anchor.position > head.position) {
    tell(
      ofLog(
        `The log of seals ends at entry ${head.position}, before the noted entry ${options.anchor.position}.`,
      ),
    );
  }
  return {
    ...report,
    damaged: damaged.size,
    ...(await countUnsealed(sql)),
    head: { position: head.position, chain: head.chain.toString('hex') },
  };
}

/** Compares one execution with its seals; undefined where it has none. */
export async function verifyExecution(
  sql: Client,
  executionArn: string,
): Promise<readonly FoundDamage[] | undefined> {
  return sql.begin(SNAPSHOT, async (tx) => {
    const entries = await readSealsOf(tx, [executionArn]);
    const last = entries.at(-1);
    if (last?.kind !== 'execution') return undefined;
    const damages: FoundDamage[] = [];
    const tell = (damage: FoundDamage) => damages.push(damage);
    await verifySealed(tx, entries, (await readSealable(tx, [executionArn])).get(executionArn), tell);
    const definition = readExecutionStatement(last.statement)?.definitionSha256;
    for (const seal of definition == null ? [] : await readSealsOf(tx, [definition])) {
      await verifyDefinition(tx, seal, tell);
    }
    return damages;
  });
}

const ofLog = (message: string): FoundDamage => ({ subject: LOG, kind: 'changed', what: 'entry', message });

function checkAnchor(
  anchor: NonNullable<VerifyOptions['anchor']>,
  entry: SealRow,
  tell: (damage: FoundDamage) => void,
): void {
  if (entry.chain.toString('hex') === anchor.chain) return;
  tell(ofLog(`Entry ${entry.position} is not the one that was noted: the log up to it was written anew.`));
}

/** Verifies what these entries speak of, each subject at its last entry only. */
async function verifyEntries(
  sql: Sql,
  entries: readonly SealRow[],
  tell: (damage: FoundDamage) => void,
): Promise<{ readonly verified: number; readonly definitions: number; readonly removed: number }> {
  const counts = { verified: 0, definitions: 0, removed: 0 };
  const arns = [
    ...new Set(entries.filter(({ kind }) => kind !== 'definition').map(({ subject }) => subject)),
  ];
  const stored = await readSealable(sql, arns);
  const bySubject = new Map<string, SealRow[]>();
  for (const seal of await readSealsOf(sql, arns)) {
    const before = bySubject.get(seal.subject);
    if (before === undefined) bySubject.set(seal.subject, [seal]);
    else before.push(seal);
  }
  for (const entry of entries) {
    if (entry.kind === 'definition') {
      await verifyDefinition(sql, entry, tell);
      counts.definitions += 1;
      continue;
    }
    const all = bySubject.get(entry.subject) ?? [entry];
    if (all.at(-1)?.position !== entry.position) continue;
    const present = stored.get(entry.subject);
    if (entry.kind === 'removal') {
      counts.removed += 1;
      if (present !== undefined) {
        const message = 'It was removed by retention, and yet it is there.';
        tell({ subject: entry.subject, kind: 'added', what: 'execution', message });
      }
    } else {
      await verifySealed(sql, all, present, tell);
      counts.verified += 1;
    }
  }
  return counts;
}
