import type { Visit, VisitPlace } from '@steptrail/interpreter';
import { atMost, count, number, wrap } from './layout.ts';

/** The longest loop that is looked for, in states. */
const LONGEST_LOOP = 40;
/** More steps than this are cut in the middle. */
const MOST_STEPS = 24;
const MOST_WAYS = 3;
const MOST_PLACES = 12;

type Step = string | { readonly steps: readonly Step[]; readonly times: number };

const sizeOf = (step: Step): number =>
  typeof step === 'string' ? 1 : step.steps.reduce((sum, each) => sum + sizeOf(each), 0);

/** Writes what repeats once: of several readings the one that covers most. */
export function collapse(names: readonly string[]): readonly Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < names.length; ) {
    let best = { length: 1, times: 1 };
    for (let length = 1; length <= Math.min(LONGEST_LOOP, (names.length - at) / 2); length++) {
      let times = 1;
      while (repeats(names, at, length, times)) times += 1;
      if (times > 1 && length * times > best.length * best.times) best = { length, times };
    }
    const own = names.slice(at, at + best.length);
    if (best.times === 1) steps.push(...own);
    else steps.push({ steps: collapse(own), times: best.times });
    at += best.length * best.times;
  }
  return steps;
}

function repeats(names: readonly string[], at: number, length: number, times: number): boolean {
  const from = at + length * times;
  if (from + length > names.length) return false;
  for (let index = 0; index < length; index++) {
    if (names[at + index] !== names[from + index]) return false;
  }
  return true;
}

function stepWords(step: Step): string {
  if (typeof step === 'string') return step;
  const [only, ...others] = step.steps;
  const inside = step.steps.map(stepWords).join(' → ');
  return others.length === 0 && typeof only === 'string'
    ? `${inside} (×${number(step.times)})`
    : `(${inside}) ×${number(step.times)}`;
}

/** A sequence of states in one line, loops written once. */
function wayWords(names: readonly string[]): string {
  const steps = collapse(names);
  if (steps.length <= MOST_STEPS) return steps.map(stepWords).join(' → ');
  const half = MOST_STEPS / 2;
  const left = steps.slice(half, -half).reduce((sum, step) => sum + sizeOf(step), 0);
  return [
    ...steps.slice(0, half).map(stepWords),
    `… ${count(left, 'more state')} …`,
    ...steps.slice(-half).map(stepWords),
  ].join(' → ');
}

/** The name of a state, and how its visit ended where it did not go well. */
function visitWords({ state, outcome, stateType }: Visit): string {
  switch (outcome) {
    case 'open':
      return `${state} (open)`;
    case 'failed':
      return stateType === 'Fail' ? state : `${state} (failed)`;
    case 'aborted':
      return `${state} (aborted)`;
    case 'caught':
      return `${state} (caught)`;
    case 'succeeded':
      return state;
  }
}

interface Ways {
  readonly label: string;
  /** How often each way was taken. */
  readonly ways: Map<string, number>;
  places: number;
}

/** The path taken: that of the machine, then those of branches and iterations, the same ones counted. */
export function describePath(visits: readonly Visit[]): string[] {
  const top: string[] = [];
  const inside = new Map<VisitPlace, Visit[]>();
  const containers = new Map<number, Visit>();
  for (const visit of visits) {
    if (visit.stateType === 'Map' || visit.stateType === 'Parallel') {
      containers.set(visit.enteredEventId, visit);
    }
    if (visit.within === undefined) top.push(visitWords(visit));
    else {
      const there = inside.get(visit.within);
      if (there === undefined) inside.set(visit.within, [visit]);
      else there.push(visit);
    }
  }
  const groups = new Map<string, Ways>();
  for (const [place, own] of inside) {
    const label = labelOf(place, containers);
    const group = groups.get(label) ?? { label, ways: new Map<string, number>(), places: 0 };
    groups.set(label, group);
    const way = wayWords(own.map(visitWords));
    group.ways.set(way, (group.ways.get(way) ?? 0) + 1);
    group.places += 1;
  }
  const [shown, more] = atMost([...groups.values()], MOST_PLACES, 'branches and maps');
  return [
    ...(top.length === 0 ? ['  no state was entered'] : wrap(wayWords(top), '  ', '    ')),
    ...shown.flatMap(describeWays),
    ...more,
  ];
}

/** Where a branch or iteration is: branches by their number, iterations all together. */
function labelOf(place: VisitPlace, containers: ReadonlyMap<number, Visit>): string {
  const steps: string[] = [];
  for (let at: VisitPlace | undefined = place; at !== undefined; ) {
    const container = containers.get(at.enteredEventId);
    steps.unshift(
      container?.stateType === 'Map' ? `${container.state}[]` : `${container?.state ?? '?'}[${at.index}]`,
    );
    at = container?.within;
  }
  return steps.join('/');
}

function describeWays({ label, ways, places }: Ways): string[] {
  const sorted = [...ways].sort((a, b) => b[1] - a[1]);
  const [first] = sorted;
  if (first === undefined) return [];
  if (sorted.length === 1) {
    const times = places === 1 ? '' : ` (×${number(places)})`;
    return wrap(`${label}${times}: ${first[0]}`, '  ', '    ');
  }
  const [shown, more] = atMost(sorted, MOST_WAYS, 'ways');
  return [
    `  ${label} (×${number(places)}):`,
    ...shown.flatMap(([way, times]) => wrap(`×${number(times)}: ${way}`, '    ', '      ')),
    ...more.map((line) => `  ${line}`),
  ];
}
