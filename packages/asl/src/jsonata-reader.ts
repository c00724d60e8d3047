import { END, type JsonataToken, nextToken, type Scanner, stop } from './jsonata-tokens.ts';

/** An expression that is being read. */
export type Reader = Scanner & {
  token: JsonataToken;
  depth: number;
  /** What is read from outside any step: `phone`, `$`, `$$`, `$states.result`. */
  readonly references: string[];
};

/** What is known of an expression already read. */
export type Operand = {
  readonly kind: 'name' | 'variable' | 'string' | 'number' | 'value' | 'path' | 'other';
  readonly value: string;
  /** The name of its first step, where that is a name. */
  readonly head?: string | undefined;
  readonly grouped?: boolean | undefined;
  /** Its last step has a predicate, or is an order-by. */
  readonly last?: 'predicate' | 'sort' | undefined;
};

export const OTHER: Operand = { kind: 'other', value: '' };

/** Begins with the first token. */
export function openReader(source: string): Reader {
  const reader: Reader = { source, offset: 0, fault: undefined, token: END, depth: 0, references: [] };
  advance(reader);
  return reader;
}

export function advance(reader: Reader, behindOperand = false): void {
  reader.token = nextToken(reader, behindOperand);
}

/** Goes over the token, which must be this one. */
export function expect(reader: Reader, id: string, behindOperand = false): void {
  const { token } = reader;
  if (token.id === id) advance(reader, behindOperand);
  else
    fail(
      reader,
      token === END ? `'${id}' is missing at the end` : `'${id}' is expected instead of '${shown(token)}'`,
    );
}

/** Ends the reading; the first fault counts. */
export function fail(reader: Reader, fault: string): Operand {
  reader.token = stop(reader, fault);
  return OTHER;
}

/** What is read in there reads the value of the step before it: its references do not count. */
export function inside<T>(reader: Reader, read: (reader: Reader) => T): T {
  const before = reader.references.length;
  const result = read(reader);
  reader.references.length = before;
  return result;
}

/** Items with commas between them. */
export function list(reader: Reader, readItem: (reader: Reader) => void): void {
  for (;;) {
    readItem(reader);
    if (reader.token.id !== ',') return;
    advance(reader);
  }
}

/** A token as messages quote it. */
export function shown({ id, value }: JsonataToken): string {
  if (id === '(variable)') return `$${value}`;
  return id === '(regex)' ? '/' : value.slice(0, 40);
}
