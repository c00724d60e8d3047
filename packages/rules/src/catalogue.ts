import type { Rule } from './rule.ts';
import { activityNotPolled } from './rules/activity-not-polled.ts';
import { choiceDefaultMissing } from './rules/choice-default-missing.ts';
import { errorHandlerNeverTaken } from './rules/error-handler-never-taken.ts';
import { executionDiverges } from './rules/execution-diverges.ts';
import { executionStuck } from './rules/execution-stuck.ts';
import { expressNonIdempotentAction } from './rules/express-non-idempotent-action.ts';
import { expressWaitTooLong } from './rules/express-wait-too-long.ts';
import { heartbeatMissing } from './rules/heartbeat-missing.ts';
import { historyQuotaNear } from './rules/history-quota-near.ts';
import { lambdaRetryMissing } from './rules/lambda-retry-missing.ts';
import { largePayload } from './rules/large-payload.ts';
import { loopUnbounded } from './rules/loop-unbounded.ts';
import { mapConcurrencyWithoutEffect } from './rules/map-concurrency-without-effect.ts';
import { mapFailureToleranceMissing } from './rules/map-failure-tolerance-missing.ts';
import { retryStorm } from './rules/retry-storm.ts';
import { retryWithoutBackoff } from './rules/retry-without-backoff.ts';
import { secretInDefinition } from './rules/secret-in-definition.ts';
import { taskTimeoutMissing } from './rules/task-timeout-missing.ts';
import { taskTokenUnused } from './rules/task-token-unused.ts';
import { transientErrorNotRetried } from './rules/transient-error-not-retried.ts';
import { waitUnbounded } from './rules/wait-unbounded.ts';

/** Every rule of this version: those on executions first, each part from the gravest on. */
export const RULES: readonly Rule[] = [
  executionStuck,
  historyQuotaNear,
  activityNotPolled,
  executionDiverges,
  transientErrorNotRetried,
  largePayload,
  retryStorm,
  waitUnbounded,
  taskTokenUnused,
  secretInDefinition,
  loopUnbounded,
  expressNonIdempotentAction,
  expressWaitTooLong,
  heartbeatMissing,
  lambdaRetryMissing,
  taskTimeoutMissing,
  choiceDefaultMissing,
  retryWithoutBackoff,
  errorHandlerNeverTaken,
  mapConcurrencyWithoutEffect,
  mapFailureToleranceMissing,
];

const byId: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));

/** The rule with that id; undefined for one that this version does not have. */
export function ruleById(id: string): Rule | undefined {
  return byId.get(id);
}
