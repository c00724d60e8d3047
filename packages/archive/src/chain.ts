import { digestOf } from './statement.ts';

/*
 * The log of seals: each entry's chain covers the entry and the chain before it, so that nothing in it can be
 * changed, left out or put in without changing everything behind it.
 */

export type SealKind = 'execution' | 'definition' | 'removal';

/** One entry of the log, before it is chained. */
export interface SealEntry {
  /** 1, 2, 3 … without gaps. */
  readonly position: number;
  readonly kind: SealKind;
  /** An execution's ARN or a definition's sha256. */
  readonly subject: string;
  readonly sealedAt: Date;
  readonly statement: string;
  /** sha256 of the statement. */
  readonly digest: Buffer;
  /** What is so in this installation alone: JSON text, `{}` where nothing is. */
  readonly local: string;
}

export interface ChainedEntry extends SealEntry {
  readonly chain: Buffer;
}

/** What stands before the first entry. */
export const CHAIN_START = Buffer.alloc(32);

/** The chain of an entry after the chain of the one before it. */
export function chainAfter(previous: Buffer, entry: SealEntry): Buffer {
  const { position, kind, subject, sealedAt, digest, local } = entry;
  const line = [previous.toString('hex'), position, kind, subject, sealedAt.toISOString()];
  return digestOf(JSON.stringify([...line, digest.toString('hex'), local]));
}

/** Makes the entries that follow the log's head. */
export function appendToChain(
  head: { readonly position: number; readonly chain: Buffer },
  facts: readonly {
    readonly kind: SealKind;
    readonly subject: string;
    readonly statement: string;
    readonly local?: string;
  }[],
  sealedAt: Date,
): readonly ChainedEntry[] {
  let { position, chain } = head;
  return facts.map(({ kind, subject, statement, local = '{}' }) => {
    position += 1;
    const entry = { position, kind, subject, sealedAt, statement, digest: digestOf(statement), local };
    chain = chainAfter(chain, entry);
    return { ...entry, chain };
  });
}

/** What is wrong with an entry, one sentence each; nothing where it follows the one before and is unchanged. */
export function checkLink(
  previous: { readonly position: number; readonly chain: Buffer },
  entry: ChainedEntry,
): readonly string[] {
  const name = `Entry ${entry.position} of the log of seals (${entry.subject})`;
  const wrong: string[] = [];
  if (entry.position !== previous.position + 1) {
    wrong.push(
      `Entries ${previous.position + 1} to ${entry.position - 1} of the log of seals are missing: they were removed.`,
    );
  }
  if (!digestOf(entry.statement).equals(entry.digest)) {
    wrong.push(`${name} was changed: its statement does not have the digest beside it.`);
  }
  if (entry.position === previous.position + 1 && !chainAfter(previous.chain, entry).equals(entry.chain)) {
    wrong.push(`${name} was changed, or what was before it: its chain does not follow from the one before.`);
  }
  return wrong;
}
