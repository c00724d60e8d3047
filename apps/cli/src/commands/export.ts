import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readExportLine } from '@steptrail/archive';
import { type ExportCursor, type ExportReport, exportArchive, isOwnCursor } from '@steptrail/ingester';
import type { Command } from 'commander';
import { helpNote } from '../help-note.ts';
import { withDatabase } from '../open-database.ts';
import { readStateMachineArn, readTime } from '../option-values.ts';
import { reasonOf } from '../read-input.ts';
import { openInput, readLines } from '../read-lines.ts';
import { signalOfProcess } from '../run-until-signal.ts';
import { UsageError } from '../usage-error.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface ExportOptions {
  readonly stateMachine?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly out?: string;
  readonly since?: string;
}

function parseCursor(text: string): ExportCursor | undefined {
  const [, position, chain] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return position === undefined || chain === undefined ? undefined : { position: Number(position), chain };
}

/** A cursor, or the one in the last line of an earlier export. */
async function readSince(given: string): Promise<ExportCursor> {
  const direct = parseCursor(given);
  if (direct !== undefined) return direct;
  const { bytes } = await openInput(given);
  let last = '';
  for await (const line of readLines(bytes)) {
    if ('text' in line && line.text.trim() !== '') last = line.text;
  }
  const read = readExportLine(last);
  const cursor = read.ok && read.line.kind === 'end' ? parseCursor(read.line.cursor) : undefined;
  if (cursor !== undefined) return cursor;
  throw new UsageError(
    `${given}: it is no whole export, for its last line holds no cursor: name another export, or export without --since.`,
  );
}

interface Output {
  readonly write: (line: string) => Promise<void>;
  readonly keep: () => Promise<void>;
  readonly drop: () => Promise<void>;
}

const PENDING = 64 * 1024;

/** A file that has its name only when it is whole. */
function openFile(path: string): Output {
  const part = `${path}.part`;
  const file = createWriteStream(part);
  const into: Writable = path.endsWith('.gz') ? createGzip() : file;
  let failure: unknown;
  const done = finished(file).catch((error: unknown) => {
    failure = error;
  });
  if (into !== file) into.pipe(file);
  const check = () => {
    if (failure !== undefined) throw new UsageError(`${path}: ${reasonOf(failure)}.`, 1);
  };
  let waiting: string[] = [];
  let length = 0;
  const flush = async () => {
    check();
    const text = waiting.join('');
    waiting = [];
    length = 0;
    if (!into.write(text)) await Promise.race([once(into, 'drain'), done]);
    check();
  };
  return {
    write: async (line) => {
      waiting.push(line, '\n');
      length += line.length;
      if (length > PENDING) await flush();
    },
    keep: async () => {
      await flush();
      into.end();
      await done;
      check();
      await rename(part, path);
    },
    drop: async () => {
      into.destroy();
      file.destroy();
      await rm(part, { force: true });
    },
  };
}

const STANDARD_OUTPUT: Output = {
  write: async (line) => writeLine(line),
  keep: async () => {},
  drop: async () => {},
};

function describeReport({ executions, unsealed, events, cursor }: ExportReport): string {
  const open =
    unsealed > 0
      ? ` ${unsealed} of them run, or are not whole, and have no seal: they are marked, and a later export has them again.`
      : '';
  return `${executions} executions with ${events} events exported.${open} What is sealed later: --since ${cursor.position}:${cursor.chain}`;
}

async function runExport(options: ExportOptions): Promise<void> {
  const { stateMachine: stateMachineArn, from, to } = options;
  const signal = signalOfProcess();
  const since = options.since === undefined ? undefined : await readSince(options.since);
  await withDatabase(async ({ sql }) => {
    if (since !== undefined && !(await isOwnCursor(sql, since))) {
      throw new UsageError(
        `The cursor ${since.position}:${since.chain} is not of this archive: export without --since.`,
      );
    }
    const output = options.out === undefined ? STANDARD_OUTPUT : openFile(options.out);
    try {
      const report = await exportArchive(sql, {
        stateMachineArn,
        from,
        to,
        since,
        signal,
        write: output.write,
        onDamage: writeNote,
      });
      await output.keep();
      writeNote(describeReport(report));
      if (report.damaged > 0) process.exitCode = 1;
    } catch (error) {
      await output.drop();
      throw error;
    }
  });
}

/** Adds `steptrail export`. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      'write the archive to JSON lines, which `steptrail import` proves by its seals; what runs has none yet, and is marked',
    )
    .option('--state-machine <arn>', 'only executions of this state machine', readStateMachineArn)
    .option('--from <time>', 'started at or after (ISO 8601)', readTime)
    .option('--to <time>', 'started before (ISO 8601)', readTime)
    .option('--out <file>', 'instead of standard output; compressed where it ends in .gz')
    .option(
      '--since <cursor>',
      'only what was sealed after an earlier export (its file, or its cursor), and what has no seal yet',
    )
    .addHelpText(
      'after',
      helpNote('Exit code: 0, 1 something archived is damaged and was left out, 2 bad use.'),
    )
    .action(runExport);
}
