import { matchesError } from '@steptrail/asl';
import { atPlaces, placesOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';

export const errorHandlerNeverTaken: DefinitionRule = {
  id: 'error-handler-never-taken',
  subject: 'definition',
  severity: 'low',
  title: 'Error handler that can never be taken',
  why: 'States.Runtime ends the execution whatever Retry and Catch say, and a Catch of States.TaskFailed leaves States.Timeout through. A handler that looks right and does nothing is worse than none.',
  mend: 'Remove States.Runtime from ErrorEquals and check the input before the state instead; name States.Timeout (or States.ALL) beside States.TaskFailed.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html',
  messages: {
    runtime: '{state} names States.Runtime in {field}, which no state can retry or catch.',
    timeout:
      '{state} has a timeout and catches States.TaskFailed, which does not stand for States.Timeout: a timed-out task is not caught.',
  },
  examples: {
    valid: [
      {
        title: 'States.ALL catches a timeout too',
        type: 'STANDARD',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:eu-west-1:111111111111:function:charge',
              TimeoutSeconds: 30,
              Catch: [
                { ErrorEquals: ['States.TaskFailed'], Next: 'Refund' },
                { ErrorEquals: ['States.ALL'], Next: 'Refund' },
              ],
              End: true,
            },
            Refund: { Type: 'Succeed' },
          },
        },
      },
    ],
    invalid: [
      {
        title: 'States.Runtime cannot be caught',
        type: 'STANDARD',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:eu-west-1:111111111111:function:charge',
              Catch: [{ ErrorEquals: ['States.Runtime', 'CardRefused'], Next: 'Refund' }],
              End: true,
            },
            Refund: { Type: 'Succeed' },
          },
        },
      },
      {
        title: 'the timeout escapes',
        type: 'STANDARD',
        definition: {
          StartAt: 'Charge',
          States: {
            Charge: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:eu-west-1:111111111111:function:charge',
              TimeoutSeconds: 30,
              Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Refund' }],
              End: true,
            },
            Refund: { Type: 'Succeed' },
          },
        },
      },
    ],
  },
  *check({ machine, type }) {
    for (const place of placesOf(machine, type)) {
      const { state } = place;
      if (state.Type !== 'Task' && state.Type !== 'Map' && state.Type !== 'Parallel') continue;
      for (const field of ['Retry', 'Catch'] as const) {
        const index =
          state[field]?.findIndex((handler) => handler.ErrorEquals.includes('States.Runtime')) ?? -1;
        if (index < 0) continue;
        const pointer = `${place.pointer}/${field}/${index}/ErrorEquals`;
        yield {
          severity: 'low',
          message: 'runtime',
          data: { state: place.name, field },
          evidence: { pointers: [pointer], executions: [] },
          key: `${place.pointer}/${field}`,
        };
      }
      if (state.Type !== 'Task' || state.Catch === undefined) continue;
      if (state.TimeoutSeconds === undefined && state.TimeoutSecondsPath === undefined) continue;
      const catchesFailure = state.Catch.some((catcher) => catcher.ErrorEquals.includes('States.TaskFailed'));
      const catchesTimeout = state.Catch.some((catcher) =>
        matchesError(catcher.ErrorEquals, 'States.Timeout'),
      );
      if (!catchesFailure || catchesTimeout) continue;
      yield {
        severity: 'low',
        message: 'timeout',
        data: { state: place.name, field: 'Catch' },
        evidence: atPlaces([place]),
        key: `${place.pointer}/timeout`,
      };
    }
  },
};
