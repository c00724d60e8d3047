import { parseStatesArn } from '@steptrail/history';
import { listHolds, placeHold, releaseHold } from '@steptrail/store';
import { type Command, InvalidArgumentError } from 'commander';
import { noteUnknown } from '../note-unknown.ts';
import { withDatabase } from '../open-database.ts';
import { UsageError } from '../usage-error.ts';
import { writeLine, writeNote } from '../write-output.ts';

const HELD_KINDS = ['stateMachine', 'execution', 'express'];

/** The ARN of an execution or a state machine. */
function readHeldArn(text: string): string {
  const arn = parseStatesArn(text);
  if (arn !== undefined && HELD_KINDS.includes(arn.kind)) return text;
  throw new UsageError(
    `${text} is not the ARN of an execution or a state machine: copy it from \`steptrail executions\`.`,
  );
}

function readReason(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Say why, for those who find it later.');
  return text;
}

async function place(arn: string, { reason }: { readonly reason: string }): Promise<void> {
  const subject = readHeldArn(arn);
  await withDatabase(async ({ sql }) => {
    await placeHold(sql, subject, reason);
    writeLine(`${subject} is held: retention does not remove it.`);
    await noteUnknown(sql, subject);
  });
}

async function release(arn: string): Promise<void> {
  const released = await withDatabase(({ sql }) => releaseHold(sql, arn));
  if (!released) throw new UsageError(`There is no hold on ${arn}: see \`steptrail hold list\`.`, 1);
  writeLine(`${arn} is released: retention may remove it again.`);
}

async function list({ json }: { readonly json?: true }): Promise<void> {
  const holds = await withDatabase(({ sql }) => listHolds(sql));
  for (const { subject, reason, placedAt } of holds) {
    writeLine(
      json
        ? JSON.stringify({ subject, reason, placedAt })
        : `${placedAt.toISOString()}  ${subject}  ${reason}`,
    );
  }
  if (holds.length === 0)
    writeNote(
      'Nothing is held. `steptrail hold place ARN --reason TEXT` holds an execution or a state machine.',
    );
}

/** Adds `steptrail hold`. */
export function addHold(program: Command): void {
  const hold = program.command('hold').description('legal holds: what retention must not remove');
  hold
    .command('place')
    .description('hold an execution, or all executions of a state machine')
    .argument('<arn>')
    .requiredOption('--reason <text>', 'why, for those who find it later', readReason)
    .action(place);
  hold.command('release').description('release a hold').argument('<arn>').action(release);
  hold.command('list').description('list all holds').option('--json', 'one object a line').action(list);
}
