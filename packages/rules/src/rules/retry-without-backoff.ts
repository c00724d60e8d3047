import type { Retrier } from '@steptrail/asl';
import { placesOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';

/** A few quick tries in a row do no harm. */
const MANY_ATTEMPTS = 10;

const syncing = (fields: object) => ({
  StartAt: 'Sync',
  States: {
    Sync: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:eu-west-1:111111111111:function:sync',
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, ...fields }],
      End: true,
    },
  },
});

export const retryWithoutBackoff: DefinitionRule = {
  id: 'retry-without-backoff',
  subject: 'definition',
  severity: 'low',
  title: 'Many retries at one and the same interval',
  why: 'With BackoffRate 1 every execution knocks at the failing service as often as at the first try: together they keep it from recovering, and they all give up at about the same time.',
  mend: 'Set BackoffRate 2 with MaxDelaySeconds and JitterStrategy FULL, and about 6 attempts.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html',
  messages: { steady: '{state} retries up to {attempts} times, always {intervalSeconds} apart.' },
  examples: {
    valid: [
      { title: 'further and further apart', type: 'STANDARD', definition: syncing({ MaxAttempts: 10 }) },
      {
        title: 'three quick tries',
        type: 'STANDARD',
        definition: syncing({ BackoffRate: 1, MaxAttempts: 3 }),
      },
    ],
    invalid: [
      {
        title: 'thirty times, two seconds apart',
        type: 'STANDARD',
        definition: syncing({ BackoffRate: 1, MaxAttempts: 30 }),
      },
    ],
  },
  *check({ machine, type }) {
    for (const { name, state, pointer } of placesOf(machine, type)) {
      if (!('Retry' in state)) continue;
      for (const [index, retrier] of (state.Retry ?? []).entries()) {
        if (!isSteady(retrier)) continue;
        const at = `${pointer}/Retry/${index}`;
        yield {
          severity: 'low',
          message: 'steady',
          data: {
            state: name,
            attempts: retrier.MaxAttempts ?? 3,
            intervalSeconds: retrier.IntervalSeconds ?? 1,
          },
          evidence: { pointers: [at], executions: [] },
          key: at,
        };
      }
    }
  },
};

function isSteady({ BackoffRate, MaxAttempts = 3, JitterStrategy }: Retrier): boolean {
  return BackoffRate === 1 && MaxAttempts >= MANY_ATTEMPTS && JitterStrategy !== 'FULL';
}
