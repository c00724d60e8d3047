import { type Dice, diceOf, uuid } from './dice.ts';
import { DAY, type Occasion, type Place, type Plan, type Scenario } from './scenario.ts';

/** An execution that has been started, or will be. */
export interface Run {
  readonly executionArn: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly seed: number;
  readonly plan: Plan;
}

/** What decides about all runs of an account. */
export interface Layout {
  readonly seed: number;
  /** Epoch milliseconds: the demo's present when it was first started. */
  readonly anchor: number;
  readonly place: Place;
}

const HISTORY = 100 * DAY;

/** The anchor is part of the seed: another layout must not give the same ARNs to other executions. */
function layoutDice({ seed, anchor }: Layout, ...keys: readonly string[]): Dice {
  return diceOf([seed, anchor, ...keys].join('|'));
}

function executionArnOf(
  { type, name }: Scenario,
  { region, accountId }: Place,
  run: string,
  dice: Dice,
): string {
  const at = `arn:aws:states:${region}:${accountId}`;
  return type === 'EXPRESS'
    ? `${at}:express:${name}:${run}:${uuid(dice, 'express')}`
    : `${at}:execution:${name}:${run}`;
}

function makeRun(scenario: Scenario, layout: Layout, key: string, index: number, start: number): Run {
  const dice = layoutDice(layout, scenario.childOf?.name ?? scenario.name, key);
  // A child's plan looks at its parent's start, so that both agree on what depends on it.
  const occasion: Occasion = {
    dice,
    index,
    start: start - (scenario.childOf?.after ?? 0),
    place: layout.place,
  };
  const plan = scenario.plan(occasion);
  return finish(scenario, layout, dice, plan, start);
}

function finish(scenario: Scenario, { place }: Layout, dice: Dice, plan: Plan, start: number): Run {
  const name = plan.name ?? uuid(dice, 'name');
  const executionArn = executionArnOf(scenario, place, name, dice);
  return { executionArn, name, start, seed: Math.floor(dice('seed') * 2 ** 31), plan };
}

function regularStart({ name, every, childOf }: Scenario, layout: Layout, index: number): number {
  const rhythm = index < 0 ? every.past : every.live;
  const jitter = Math.floor(layoutDice(layout, childOf?.name ?? name)('start', index) * 0.7 * rhythm);
  return layout.anchor + index * rhythm + jitter + (childOf?.after ?? 0);
}

/**
 * The runs of a scenario, oldest first, as far as they have started: asked again later it goes on where it was.
 * The same layout gives the same runs, whenever it is asked.
 */
export function createRuns(scenario: Scenario, layout: Layout): (now: number) => readonly Run[] {
  const oldest = -Math.floor((scenario.since ?? HISTORY) / scenario.every.past);
  const started: Run[] = [];
  const incidents = scenario.incidents
    .map((incident, number) => ({ incident, number, start: layout.anchor - incident.before }))
    .sort((a, b) => a.start - b.start);
  let regular = oldest;
  return (now) => {
    for (;;) {
      const start = regularStart(scenario, layout, regular);
      const next = incidents[0];
      if (next !== undefined && next.start <= Math.min(start, now)) {
        incidents.shift();
        const dice = layoutDice(layout, scenario.name, `incident ${next.number}`);
        const index = regular + 5000 + next.number * 37;
        const occasion = { dice, index, start: next.start, place: layout.place };
        started.push(finish(scenario, layout, dice, next.incident.plan(occasion), next.start));
      } else if (start <= now) {
        started.push(makeRun(scenario, layout, `run ${regular}`, regular, start));
        regular++;
      } else return started.filter((run) => run.start <= now);
    }
  };
}
