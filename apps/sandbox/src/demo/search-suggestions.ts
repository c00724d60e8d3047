import type { StateMachine } from '@steptrail/asl';
import { answering, succeeds } from './answers.ts';
import { DAY, functionArn, HOUR, MINUTE, type Place, type Scenario } from './scenario.ts';

const definition = (place: Place): StateMachine => ({
  Comment: 'Suggestions while a customer types',
  StartAt: 'Suggest',
  States: {
    Suggest: {
      Type: 'Task',
      Resource: functionArn(place, 'search-suggest'),
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
      End: true,
    },
  },
});

/** Express with logging off: whatever it does, nobody can tell afterwards. */
export const searchSuggestions: Scenario = {
  name: 'search-suggestions',
  type: 'EXPRESS',
  description: 'Suggests products while a customer types',
  tags: {},
  logging: { level: 'OFF', includeExecutionData: false },
  revisions: (place) => [{ before: 95 * DAY, definition: definition(place) }],
  every: { past: 24 * HOUR, live: 30 * MINUTE },
  since: DAY,
  plan: () => ({ input: { typed: 'anv' }, task: answering({ Suggest: () => succeeds(['anvil'], 30) }) }),
  incidents: [],
};
