import { parseValue } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import {
  compile,
  type Divergence,
  type Program,
  type RecordedWorld,
  replay,
  simulate,
  type Trace,
  type World,
  worldFromHistory,
} from '@steptrail/interpreter';
import { isSameEvent } from '../conformance/given-back.ts';
import type { Recording } from '../conformance/recordings.ts';
import type { DefinitionMutation } from './definition-mutations.ts';
import type { HistoryMutation } from './history-mutations.ts';

/*
 * Which mutations change meaning, and whether replay says so.
 *
 * A changed history has kept its meaning when there is a world in which the definition records exactly it: the world
 * that can be read off it. A changed definition has kept its meaning, as far as this execution shows, when
 * in the world of the recording it records the same events as before. Everything else is a lie that replay must tell.
 */

export type Judgement =
  /** The change means something, and replay diverges at the event where it can first be known. */
  | { readonly outcome: 'caught' }
  /** Replay diverges, but blames another event. */
  | { readonly outcome: 'misplaced'; readonly blamed: number; readonly why: string }
  /** The change means something, and replay says nothing or cannot tell. */
  | { readonly outcome: 'missed'; readonly why: string }
  /** An equally valid history, or a definition that does the same here. */
  | { readonly outcome: 'same meaning' }
  /** Not a definition: what AWS takes, and what it only refuses to create (such as an unreachable state), is judged. */
  | { readonly outcome: 'invalid' };

/** A recording with all that judging its mutations needs. */
export interface Subject {
  readonly recording: Recording;
  readonly program: Program;
  readonly recorded: RecordedWorld;
  readonly simulated: readonly Event[];
  readonly doubts: ReadonlySet<string>;
}

/**
 * The world without AWS's own words about failed evaluations: a simulation in it uses ours, so that what the words
 * are about is compared.
 */
const withoutWording = (world: World): World => {
  const { recall } = world;
  if (recall === undefined) return world;
  return {
    ...world,
    recall: (step) => {
      const recalled = recall(step);
      if (recalled === undefined) return undefined;
      const { event } = recalled;
      if (event.type !== 'ExecutionFailed' && event.type !== 'EvaluationFailed') return recalled;
      return { ...recalled, event: { ...event, cause: undefined } };
    },
  };
};

const differences = (one: readonly Event[], other: readonly Event[]): readonly number[] => {
  const length = Math.max(one.length, other.length);
  const found: number[] = [];
  for (let index = 0; index < length; index += 1) {
    const [left, right] = [one[index], other[index]];
    if (left === undefined || right === undefined || !isSameEvent(left, right)) found.push(index);
  }
  return found;
};

const doubt = ({ eventId, reason }: { readonly eventId: number; readonly reason: string }): string =>
  `${eventId} ${reason}`;

/** Undefined where the recording is not given back by its own world: then nothing can be judged by it. */
export const subjectOf = (recording: Recording): Subject | undefined => {
  const { events, options } = recording;
  const program = compile(recording.definition, options);
  const trace = replay(program, events, options);
  const recorded = worldFromHistory(program, events, options);
  const lenient = simulate(program, recorded.input, recorded.world);
  if (trace.divergences.length > 0 || differences(events, lenient).length > 0) return undefined;
  const world = withoutWording(recorded.world);
  return {
    recording,
    program,
    recorded: { input: recorded.input, world },
    simulated: simulate(program, recorded.input, world),
    doubts: new Set(trace.unverifiable.map(doubt)),
  };
};

/** Whether the world that can be read off events makes a definition record exactly these events. */
const givesBack = (
  program: Program,
  events: readonly Event[],
  { options }: Recording,
  target: readonly Event[] = events,
  strictly = false,
): boolean => {
  const { input, world } = worldFromHistory(program, events, options);
  return differences(target, simulate(program, input, strictly ? withoutWording(world) : world)).length === 0;
};

const told = ({ kind, why, expected, recorded }: Divergence): string =>
  `${kind}: ${why} Expected ${expected.slice(0, 200)}, recorded ${recorded.slice(0, 200)}`;

/** What replay could not tell: what is new with the mutation, else what it could not tell before either. */
const unsureAbout = (subject: Subject, { unverifiable }: Trace): string =>
  (unverifiable.find((each) => !subject.doubts.has(doubt(each))) ?? unverifiable[0])?.reason ?? 'agrees';

export const judgeHistory = (subject: Subject, mutation: HistoryMutation): Judgement => {
  const { program, recording, simulated } = subject;
  const { events, at, kind } = mutation;
  const trace = replay(program, events, recording.options);
  const [first] = trace.divergences;
  if (first !== undefined && at.includes(first.eventId)) return { outcome: 'caught' };
  const worded = kind.startsWith('cause');
  const differs = differences(recording.events, simulated);
  // A changed cause is compared with our words; where they are not AWS's, it counts as changed.
  const target = worded
    ? events.map((event, index) =>
        differs.includes(index) && !at.includes(event.id) ? (simulated[index] ?? event) : event,
      )
    : events;
  if (first === undefined) {
    if (givesBack(program, events, recording, target, worded)) return { outcome: 'same meaning' };
    return { outcome: 'missed', why: unsureAbout(subject, trace) };
  }
  const before = events.findIndex(({ id }) => id >= first.eventId);
  if (givesBack(program, events.slice(0, before), recording, target.slice(0, before), worded))
    return { outcome: 'caught' };
  return { outcome: 'misplaced', blamed: first.eventId, why: told(first) };
};

export const judgeDefinition = (
  subject: Subject,
  mutation: Pick<DefinitionMutation, 'definition'>,
): Judgement => {
  const { recording, simulated } = subject;
  const { type } = recording.options;
  if (!parseValue(mutation.definition, { type: type ?? 'STANDARD', created: true }).ok)
    return { outcome: 'invalid' };
  const program = compile(mutation.definition, recording.options);
  const trace = replay(program, recording.events, recording.options);
  const [first] = trace.divergences;
  if (first === undefined) {
    if (givesBack(program, recording.events, recording, simulated, true)) return { outcome: 'same meaning' };
    return { outcome: 'missed', why: unsureAbout(subject, trace) };
  }
  const before = first.eventId - 1;
  if (givesBack(program, recording.events.slice(0, before), recording, simulated.slice(0, before), true)) {
    return { outcome: 'caught' };
  }
  return { outcome: 'misplaced', blamed: first.eventId, why: told(first) };
};
