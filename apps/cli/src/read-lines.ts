import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FileLine } from '@steptrail/ingester';
import { reasonOf } from './read-input.ts';
import { UsageError } from './usage-error.ts';

/** A file, or `-` for standard input; what is gzip is unpacked, whatever its name. */
export interface InputStream {
  readonly bytes: AsyncIterable<Buffer>;
  /** Closes what was not read to its end. */
  readonly close: () => void;
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** @throws UsageError in one sentence where it cannot be opened */
export async function openInput(file: string): Promise<InputStream> {
  const stream: Readable = file === '-' ? process.stdin : createReadStream(file);
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  try {
    while (head.length < GZIP.length) {
      const { done, value } = await chunks.next();
      if (done) break;
      head = Buffer.concat([head, value]);
    }
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}.`);
  }
  const bytes = startingWith(head, { [Symbol.asyncIterator]: () => chunks });
  const close = () => stream.destroy();
  if (!head.subarray(0, 2).equals(GZIP)) return { bytes, close };
  // Where the file breaks off, reading what was unpacked says so.
  const unpacked = pipeline(Readable.from(bytes, { objectMode: false }), createGunzip(), () => undefined);
  return { bytes: unpacked, close };
}

async function* startingWith(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** Longer lines are no text that JavaScript can hold. */
const LONGEST = constants.MAX_STRING_LENGTH;

/**
 * The lines of a stream, by line feed alone: what else Unicode takes for the end of a line may stand in a payload. Where
 * the stream breaks off with an error the last line says so.
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<FileLine> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (): FileLine => {
    const text = length > LONGEST ? undefined : Buffer.concat(parts).toString();
    parts = [];
    length = 0;
    return text === undefined ? { number, problem: 'it is too long to be read' } : { number, text };
  };
  try {
    for await (const chunk of bytes) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        parts.push(chunk.subarray(from, at));
        length += at - from;
        yield take();
        number += 1;
        from = at + 1;
      }
      parts.push(chunk.subarray(from));
      length += chunk.length - from;
    }
  } catch (error) {
    yield { number, problem: `it cannot be read on (${error instanceof Error ? error.message : error})` };
    return;
  }
  if (length > 0) yield take();
}
