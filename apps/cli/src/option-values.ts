import { parseStatesArn } from '@steptrail/history';
import { InvalidArgumentError } from 'commander';

/*
 * What several commands take as values of options. Each throws InvalidArgumentError with what to give instead.
 */

/** A time as ISO 8601 text, in the years that every part of the way can hold. */
export function readTime(text: string): Date {
  const time = new Date(text);
  if (time.getTime() >= 0 && time.getUTCFullYear() <= 9999) return time;
  throw new InvalidArgumentError(
    'Give a time in ISO 8601, for example 2026-11-22 or 2026-11-22T08:00:00Z, from 1970 to 9999.',
  );
}

/** A count of rows, days or calls: one at least. */
export function readLimit(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Give a number from 1 to 999999.');
  return Number(text);
}

/** A count that may be nothing. */
export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 0 to 999999999.');
  return Number(text);
}

/** Not the name alone: accounts and Regions may have state machines of one name. */
export function readStateMachineArn(text: string): string {
  if (parseStatesArn(text)?.kind === 'stateMachine') return text;
  throw new InvalidArgumentError(
    'Give the ARN of a state machine, for example arn:aws:states:eu-west-1:111122223333:stateMachine:orders.',
  );
}

export function readExecutionArn(text: string): string {
  const kind = parseStatesArn(text)?.kind;
  if (kind === 'execution' || kind === 'express') return text;
  throw new InvalidArgumentError('Give the ARN of an execution, as `steptrail executions` prints it.');
}
