import type { State } from '@steptrail/asl';
import { type Json, unknown } from '../expressions/index.ts';
import type { TestStateCall } from './call.ts';
import { patternOf } from './subject.ts';

/**
 * The context object where a call supplies none: AWS makes up an express execution with random names.
 * `State.Name` is the literal `StateName`, whatever the call names. @see step-functions-test-state.md
 */
export const defaultContext = (call: TestStateCall, state: State, input: Json): Json => ({
  Execution: {
    Id: unknown("the ARN of AWS's own execution"),
    Input: input,
    Name: unknown("the name of AWS's own execution"),
    RoleArn: call.roleArn ?? null,
    StartTime: unknown("AWS's clock"),
  },
  StateMachine: {
    Id: unknown("the ARN of AWS's own state machine"),
    Name: unknown("the name of AWS's own state machine"),
  },
  State: {
    Name: 'StateName',
    EnteredTime: unknown("AWS's clock"),
    ...(state.Type === 'Task' || state.Type === 'Map' || state.Type === 'Parallel' ? { RetryCount: 0 } : {}),
  },
  ...(patternOf(state) === 'callback' ? { Task: { Token: unknown('a task token') } } : {}),
});
