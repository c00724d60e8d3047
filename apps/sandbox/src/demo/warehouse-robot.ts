import type { StateMachine } from '@steptrail/asl';
import { answering, fails, invoked, succeeds } from './answers.ts';
import { between, hex, pick } from './dice.ts';
import {
  DAY,
  functionArn,
  HOUR,
  MINUTE,
  type Occasion,
  type Place,
  type Plan,
  type Scenario,
  SECOND,
} from './scenario.ts';

const definition = (place: Place): StateMachine => ({
  Comment: 'A robot picks one shelf; it polls an activity',
  StartAt: 'PlanRoute',
  States: {
    PlanRoute: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn(place, 'robot-plan-route'), 'Payload.$': '$' },
      ResultSelector: { 'metres.$': '$.Payload.metres' },
      ResultPath: '$.route',
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }],
      Next: 'PickShelf',
    },
    PickShelf: {
      Type: 'Task',
      Resource: `arn:aws:states:${place.region}:${place.accountId}:activity:warehouse-robot`,
      ResultPath: '$.pick',
      Catch: [{ ErrorEquals: ['ShelfEmpty'], ResultPath: '$.failure', Next: 'AskHuman' }],
      Next: 'PutAway',
    },
    PutAway: { Type: 'Wait', Seconds: 20, Next: 'Picked' },
    AskHuman: {
      Type: 'Pass',
      Result: 'a person has to look at the shelf',
      ResultPath: '$.note',
      Next: 'Picked',
    },
    Picked: { Type: 'Succeed' },
  },
});

function planPick({ dice }: Occasion, robot: 'works' | 'gone'): Plan {
  const shelf = `${pick(dice, ['A', 'B', 'C', 'D'], 'row')}-${between(dice, 1, 60, 'shelf')}`;
  const workerName = `robot-${between(dice, 1, 6, 'robot')}`;
  const works = { workerName, startsAfter: between(dice, 200, 40_000, 'poll') };
  return {
    name: `pick-${shelf}-${hex(dice, 6, 'name')}`,
    input: { shelf, sku: 'ACME-ANVIL-10', quantity: between(dice, 1, 4, 'q') },
    task: answering({
      PlanRoute: () => succeeds(invoked({ metres: between(dice, 15, 240, 'm') }), 300),
      PickShelf: () => {
        if (robot === 'gone') return { kind: 'never polled' };
        if (dice('empty') < 0.08)
          return { ...fails('ShelfEmpty', `nothing on ${shelf}`, 45 * SECOND), ...works };
        return {
          ...succeeds({ picked: true, by: workerName }, between(dice, 30, 240, 'pick') * SECOND),
          ...works,
        };
      },
    }),
  };
}

/** An activity without timeout or heartbeat: three picks were given to robots that never came to fetch them. */
export const warehouseRobot: Scenario = {
  name: 'warehouse-robot-pick',
  type: 'STANDARD',
  description: 'Sends a robot to a shelf',
  tags: { team: 'warehouse', stage: 'prod' },
  logging: { level: 'FATAL', includeExecutionData: false },
  revisions: (place) => [{ before: 120 * DAY, definition: definition(place) }],
  every: { past: 33 * HOUR, live: 45 * MINUTE },
  plan: (occasion) => planPick(occasion, 'works'),
  incidents: [
    { before: 6 * DAY, plan: (occasion) => planPick(occasion, 'gone') },
    { before: 6 * DAY - 3 * HOUR, plan: (occasion) => planPick(occasion, 'gone') },
    { before: 4 * DAY + MINUTE, plan: (occasion) => planPick(occasion, 'gone') },
  ],
};
