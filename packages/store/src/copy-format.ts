/**
 * PostgreSQL's binary COPY format.
 * @see https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-BINARY-FORMAT
 */

const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = Buffer.from([0xff, 0xff]);
const BATCH_BYTES = 65_536;

/** A field with its length in front. */
export function raw(bytes: Buffer): readonly Buffer[] {
  const length = Buffer.allocUnsafe(4);
  length.writeInt32BE(bytes.length);
  return [length, bytes];
}

export function int2(value: number): readonly Buffer[] {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return raw(bytes);
}

export function int4(value: number): readonly Buffer[] {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return raw(bytes);
}

export function uuid(text: string): readonly Buffer[] {
  return raw(Buffer.from(text.replaceAll('-', ''), 'hex'));
}

/** The bytes to send for rows of fields, in batches. */
export function* copyRows(rows: Iterable<readonly (readonly Buffer[])[]>): Generator<Buffer> {
  let batch: Buffer[] = [HEADER];
  let bytes = HEADER.length;
  for (const fields of rows) {
    const count = Buffer.allocUnsafe(2);
    count.writeInt16BE(fields.length);
    for (const piece of [count, ...fields.flat()]) {
      batch.push(piece);
      bytes += piece.length;
    }
    if (bytes < BATCH_BYTES) continue;
    yield Buffer.concat(batch, bytes);
    batch = [];
    bytes = 0;
  }
  yield Buffer.concat([...batch, TRAILER]);
}
