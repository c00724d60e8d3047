import type { Event } from '@steptrail/history';
import type { Draws, Json, JsonObject, Scope } from './expressions/index.ts';
import type { PredictedFailure, Prediction } from './prediction.ts';
import type { Program, ScopeNode, StateNode } from './program.ts';
import type { Children, DivergenceKind, Visit, VisitPlace } from './trace.ts';
import type { Value } from './value.ts';
import type { OpenCall, Waiting } from './waiting.ts';

/** One event that may come next, and what it does to the frame. */
export interface Option {
  readonly prediction: Prediction;
  /** The frame is the one that expects it, the prediction the option's own. */
  readonly take: (event: Event, run: Run, frame: Frame, prediction: Prediction) => void;
}

/** How a frame stands to the events that may come next. Without `waits`, the first of its options comes at once. */
export interface Stance {
  /**
   * The `orPrevious` of the first option, where it holds ends of iterations: they may be thousands, so that the frame
   * is found through the iterations that ended there.
   */
  readonly freed?: ReadonlySet<number> | undefined;
  /** Options that seldom come, such as failures. */
  readonly others?: readonly Option[] | undefined;
  readonly waits?: ((frame: Frame) => Waiting | undefined) | undefined;
  /** What else may come where the facts say so, worked out only when none of the options came. */
  readonly doubts?: ((run: Run, frame: Frame) => readonly Option[]) | undefined;
  /** Why there are no options: what led here has been reported, and nobody can say what follows. */
  readonly lost?: true;
  /** Why there are no options: the definition leads to states that it does not have. */
  readonly missing?: readonly string[];
}

/** The variables of a scope; inner scopes read outer ones. */
export interface Variables {
  /** Made when the first one is assigned. */
  own: Map<string, Json> | undefined;
  readonly outer: Variables | undefined;
}

export type OpenVisit = { -readonly [Field in keyof Visit]: Visit[Field] };

export type OpenPlace = { -readonly [Field in keyof VisitPlace]: VisitPlace[Field] };

/** A Parallel or Map while its branches or iterations run. */
export interface Container {
  readonly owner: Frame;
  readonly startedEventId: number;
  readonly children: Set<Frame>;
  readonly progress: () => Children;
  readonly childEnded: (child: Frame, output: Value) => void;
  readonly childFailed: (child: Frame, failure: PredictedFailure) => void;
  /** Lets a redriven Map start the iterations that are left. */
  readonly resume?: (() => void) | undefined;
}

/** What the expressions of a frame look at beside their input. */
export type View = Pick<Scope, 'context' | 'variables'>;

/** What all context objects of an execution share. */
export type ExecutionContext = JsonObject & { readonly Execution: Json; readonly StateMachine: Json };

/** One branch's position: the machine itself, a branch of a Parallel, or an iteration of a Map. */
export interface Frame {
  readonly scope: ScopeNode;
  readonly within: Container | undefined;
  readonly index: number;
  readonly path: string;
  readonly place: OpenPlace | undefined;
  readonly variables: Variables;
  /** `$$.Map.Item` inside an iteration. */
  readonly item: Json | undefined;
  /** The event that its chain ends with. */
  head: number;
  state: StateNode | undefined;
  /** The raw input of the state it is in. */
  input: Value;
  enteredEventId: number;
  enteredAt: number;
  /** The event before the state's Entered, to which EvaluationFailed points. */
  beforeEntered: number;
  /** Retries taken in this visit, for each retrier. */
  retries: readonly number[];
  attempt: number;
  taskToken: Json | undefined;
  visit: OpenVisit | undefined;
  inner: Container | undefined;
  /** The events that may come next. */
  options: readonly Option[];
  stance: Stance;
  /** The call of the Task that it is in, once that is scheduled. */
  call: OpenCall | undefined;
  /** The event ids under which replay finds it. */
  heads: number | readonly number[];
  /** What the input should have been, where the recorded one diverged from it. */
  doubtedInput: Value | undefined;
  /** What an output should have been whose record diverged, for the one event after it. */
  alternative: Value | undefined;
  /** The branches or iterations that were cut when its state failed. */
  fallen: { readonly container: Container; readonly children: readonly Frame[] } | undefined;
  /** What a redrive of its state may begin with, beside what the state itself begins with. */
  resume: ((redrivenId: number) => readonly Option[]) | undefined;
  live: boolean;
  /** What its expressions look at, made when the first one does. */
  view: View | undefined;
  readonly remembered: Remembered;
}

/** How the events that a frame took remember it: they let go of it, and of its payloads, once it is over. */
export interface Remembered {
  frame: Frame | undefined;
}

/** What is known of an execution beside its events. */
export interface ExecutionFacts {
  readonly executionArn: string | undefined;
  readonly stateMachineArn: string | undefined;
  /** Of the execution's ARN. */
  readonly region: string | undefined;
  /** Iterations of an inline Map without MaxConcurrency that run at once. */
  readonly inlineConcurrency: number;
  /** A simulation writes what AWS would: every marker of a cut, iterations in the order of their items. */
  readonly simulated: boolean;
  /** What AWS drew (times, tokens, results of Map Runs) is in the record only; a world made up knows it. */
  readonly recorded: boolean;
  /** Set where nothing of the execution is recorded: how much may still be walked. */
  readonly foreseen?: Budget | undefined;
}

/** Events that may still be walked; shared by an execution and the children of its Map Runs. */
export interface Budget {
  events: number;
}

/** One execution under way, whether replayed or simulated: what the step logic may look at and change. */
export interface Run {
  readonly program: Program;
  readonly facts: ExecutionFacts;
  readonly draws: Draws;
  readonly root: Frame;
  readonly frames: Set<Frame>;
  readonly visits: OpenVisit[];
  /** The latest redrive: bounds count from it, but for the service's own, which counts the time open before. */
  resumed: { readonly at: number; readonly eventId: number; readonly openBefore: number } | undefined;
  readonly mapRuns: { readonly mapRunArn: string; readonly eventId: number }[];
  input: Value;
  roleArn: Json;
  /** Whether it was started through a version or an alias of the machine. */
  qualified: boolean;
  startedAt: number;
  /** Epoch milliseconds of the event that is being taken. */
  now: number;
  redriveCount: number;
  /** Made when the first expression asks for it; what it is made of changes only at a start or a redrive. */
  context: ExecutionContext | undefined;
  /** The payload of the event that is being taken. */
  payload: Value;
  /** The variables that the event being taken assigns. */
  assigned: ReadonlyMap<string, Json> | undefined;
  ended: boolean;
  /** The failure that ended the execution, and where it happened. */
  failure: { eventId: number; state: string | undefined; failure: PredictedFailure } | undefined;
  /** Told of each event that a prediction fits, before it moves the frame. */
  readonly witness: ((frame: Frame, prediction: Prediction, event: Event) => void) | undefined;
  /** Called whenever a frame expects other events. */
  readonly settled: (frame: Frame) => void;
  /** A disagreement that the step logic itself notices. */
  readonly disagree: (
    eventId: number,
    frame: Frame,
    kind: DivergenceKind,
    expected: string,
    recorded: string,
    why: string,
  ) => void;
}

/** Every option of a frame, the seldom ones too. */
export const allOptions = ({ options, stance: { others } }: Frame): readonly Option[] =>
  others === undefined ? options : [...options, ...others];

/** The event that one which fits the prediction points to. */
export const previousOf = (frame: Frame, { previous }: Prediction): number => previous ?? frame.head;

/** What the frame waits for; undefined where the next event comes at once. */
export const waitingOf = (frame: Frame): Waiting | undefined => frame.stance.waits?.(frame);

const PLAIN: Stance = {};

/** For a frame that expects nothing: it has ended, or others go on in its place. */
export const NOTHING: readonly Option[] = [];

/** Shared: most states are never retried. */
export const NO_RETRIES: readonly number[] = [];
const NO_HEADS: readonly number[] = [];

/** Where a frame lies among the others. */
interface FramePlace {
  readonly within?: Container | undefined;
  readonly index?: number | undefined;
  readonly path?: string | undefined;
  readonly outer?: Variables | undefined;
  readonly item?: Json | undefined;
}

export const createFrame = (scope: ScopeNode, head: number, place: FramePlace, input: Value): Frame => {
  const remembered: Remembered = { frame: undefined };
  const frame = frameAt(scope, head, place, input, remembered);
  remembered.frame = frame;
  return frame;
};

const frameAt = (
  scope: ScopeNode,
  head: number,
  place: FramePlace,
  input: Value,
  remembered: Remembered,
): Frame => ({
  scope,
  within: place.within,
  index: place.index ?? 0,
  path: place.path ?? '',
  place:
    place.within === undefined
      ? undefined
      : {
          enteredEventId: place.within.owner.enteredEventId,
          startedEventId: place.within.startedEventId,
          index: place.index ?? 0,
          ended: false,
        },
  variables: { own: undefined, outer: place.outer },
  item: place.item,
  head,
  state: undefined,
  input,
  enteredEventId: 0,
  enteredAt: 0,
  beforeEntered: 0,
  retries: NO_RETRIES,
  attempt: 1,
  taskToken: undefined,
  visit: undefined,
  inner: undefined,
  options: NOTHING,
  stance: PLAIN,
  call: undefined,
  heads: NO_HEADS,
  doubtedInput: undefined,
  alternative: undefined,
  fallen: undefined,
  resume: undefined,
  live: true,
  view: undefined,
  remembered,
});

/** Lets a frame expect other events. */
export const settle = (run: Run, frame: Frame, options: readonly Option[], stance: Stance = PLAIN): void => {
  frame.options = options;
  frame.stance = stance;
  run.settled(frame);
};

/** Ends a frame and everything inside it. */
export const endFrame = (run: Run, frame: Frame): void => {
  if (!frame.live) return;
  frame.live = false;
  run.frames.delete(frame);
  if (frame.inner !== undefined) for (const child of frame.inner.children) endFrame(run, child);
  settle(run, frame, NOTHING);
};

/** Ends a branch or an iteration that has come to its end. */
export const closeFrame = (run: Run, frame: Frame): void => {
  if (frame.place !== undefined) frame.place.ended = true;
  endFrame(run, frame);
  frame.remembered.frame = undefined;
};
