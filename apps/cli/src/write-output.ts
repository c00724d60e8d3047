import { writeSync } from 'node:fs';

/** Writes all of a text, also where the pipe is full. */
function writeAll(fd: 1 | 2, text: string): void {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE') process.exit(0); // the reader has seen enough, as `head` does
      if (code !== 'EAGAIN') throw error;
    }
  }
}

/** A line of the result, on standard output. */
export function writeLine(line: string): void {
  writeAll(1, `${line}\n`);
}

/** A line about the work, on standard error. */
export function writeNote(line: string): void {
  writeAll(2, `${line}\n`);
}
