import { type Catcher, matchesError, type Retrier } from '@steptrail/asl';
import { compileResultPath } from '../data-flow.ts';
import { compileJsonataTemplate, type Json } from '../expressions/index.ts';
import { delayOf } from '../retry-catch.ts';
import { jsonOf, jsonValue } from '../value.ts';
import { type Bench, type Ending, evaluate, evaluateAssign, need } from './bench.ts';
import type { ErrorDetails } from './response.ts';

/** A failure of the state's work. */
export interface WorkFailure {
  readonly error: Json | undefined;
  readonly cause: Json | undefined;
}

interface FaultTolerant {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

const DEFAULT_ATTEMPTS = 3;

const matching = <T extends { readonly ErrorEquals: readonly string[] }>(
  list: readonly T[] | undefined,
  { error }: WorkFailure,
): readonly [number, T] | undefined => {
  const name = typeof error === 'string' ? error : null;
  for (const [index, each] of (list ?? []).entries()) {
    if (matchesError(each.ErrorEquals, name)) return [index, each];
  }
  return undefined;
};

const catchFailure = (bench: Bench, catcher: Catcher, { error, cause }: WorkFailure): Ending => {
  const errorOutput: Json = {
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
  };
  const assigned = evaluateAssign(bench, catcher.Assign, errorOutput, { errorOutput });
  const output = bench.jsonata
    ? catcher.Output === undefined
      ? errorOutput
      : evaluate(bench, compileJsonataTemplate(catcher.Output, 'Output'), bench.input, { errorOutput })
    : jsonOf(need(compileResultPath(catcher.ResultPath)(jsonValue(bench.input), jsonValue(errorOutput))));
  for (const [name, value] of assigned) bench.variables.set(name, value);
  return { kind: 'caught', output, next: catcher.Next, error, cause };
};

/** What Retry, and after it Catch, do about a failure; `errorDetails` says which. */
export const remedyFailure = (bench: Bench, state: FaultTolerant, failure: WorkFailure): Ending => {
  const taken = bench.call.stateConfiguration?.retrierRetryCount ?? 0;
  const retry = matching(state.Retry, failure);
  const isLeft = retry !== undefined && taken < (retry[1].MaxAttempts ?? DEFAULT_ATTEMPTS);
  const caught = isLeft ? undefined : matching(state.Catch, failure);
  const details: ErrorDetails = {
    ...(retry === undefined ? {} : { retryIndex: retry[0] }),
    ...(retry === undefined || !isLeft
      ? {}
      : { retryBackoffIntervalSeconds: Math.floor(delayOf(retry[1], taken + 1)) }),
    ...(caught === undefined ? {} : { catchIndex: caught[0] }),
  };
  if (retry !== undefined || caught !== undefined) bench.steps.errorDetails = details;
  if (isLeft) {
    if (retry?.[1].JitterStrategy === 'FULL') {
      bench.notes.push(
        'JitterStrategy FULL draws the back-off: retryBackoffIntervalSeconds is its upper bound.',
      );
    }
    return { kind: 'retriable', ...failure };
  }
  return caught === undefined ? { kind: 'failed', ...failure } : catchFailure(bench, caught[1], failure);
};
