import { atPlaces, placesOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';

/** The longest that an Express execution lives. */
const EXPRESS_SECONDS = 300;

const waiting = (seconds: number) => ({
  StartAt: 'Pause',
  States: { Pause: { Type: 'Wait', Seconds: seconds, End: true } },
});

export const expressWaitTooLong: DefinitionRule = {
  id: 'express-wait-too-long',
  subject: 'definition',
  severity: 'high',
  title: 'Wait that outlasts an Express execution',
  why: 'An Express execution ends after five minutes. One that enters this Wait always times out.',
  mend: 'Wait in a Standard workflow, or shorten the wait to well below five minutes.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-standard-vs-express.html',
  messages: { 'too long': '{state} waits for {waitSeconds}, an Express execution lives for {limitSeconds}.' },
  examples: {
    valid: [
      { title: 'ten seconds', type: 'EXPRESS', definition: waiting(10) },
      { title: 'an hour in a Standard workflow', type: 'STANDARD', definition: waiting(3_600) },
    ],
    invalid: [{ title: 'an hour', type: 'EXPRESS', definition: waiting(3_600) }],
  },
  *check({ machine, type }) {
    for (const place of placesOf(machine, type)) {
      const { state } = place;
      if (!place.express || state.Type !== 'Wait') continue;
      if (typeof state.Seconds !== 'number' || state.Seconds < EXPRESS_SECONDS) continue;
      yield {
        severity: 'high',
        message: 'too long',
        data: { state: place.name, waitSeconds: state.Seconds, limitSeconds: EXPRESS_SECONDS },
        evidence: atPlaces([place]),
        key: place.pointer,
      };
    }
  },
};
