import type { QueryLanguage, State, StateMachine, StateType } from '@steptrail/asl';
import type { Event, EventTypeOf } from '@steptrail/history';
import type { Frame, Run } from './frame.ts';

/** A state machine compiled once into closures, to be replayed and simulated any number of times. */
export interface Program {
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly root: ScopeNode;
  /** Every state, nested ones too: names are unique in a definition. */
  readonly states: ReadonlyMap<string, StateNode>;
  /** The distributed Map of the definition whose processor this is, as child executions run it. */
  readonly processorOf: string | undefined;
  /** The machine's own TimeoutSeconds. */
  readonly timeoutSeconds: number | undefined;
  /** What it was compiled from. */
  readonly definition: StateMachine | Readonly<Record<string, unknown>>;
}

/** Seconds that an execution may last: the machine's own TimeoutSeconds, else a year, for Express five minutes. */
export const timeLimitOf = ({ timeoutSeconds, type }: Program): number =>
  timeoutSeconds ?? (type === 'EXPRESS' ? 300 : 31_536_000);

/** The machine, a branch of a Parallel, or the states of a Map. */
export interface ScopeNode {
  readonly pointer: string;
  readonly startAt: string;
  readonly states: Map<string, StateNode>;
  /** The Parallel or Map that holds it, and which branch it is. */
  readonly within: StateNode | undefined;
  readonly index: number;
}

export interface StateNode {
  readonly name: string;
  readonly type: StateType;
  readonly pointer: string;
  readonly scope: ScopeNode;
  readonly language: QueryLanguage;
  readonly definition: State;
  readonly entered: EventTypeOf<StateType, 'Entered'>;
  /** A Fail has none. */
  readonly exited: EventTypeOf<StateType, 'Exited'> | undefined;
  logic: StateLogic;
}

/** What a state of some type does. */
export interface StateLogic {
  /** After Entered: works out what comes next. */
  readonly begin: (run: Run, frame: Frame) => void;
  /**
   * Brings a frame in this state to where a recorded event leaves it, although something else was expected.
   * False where the event is none of this state's.
   */
  readonly adopt?: ((run: Run, frame: Frame, event: Event) => boolean) | undefined;
}

/** A text of a definition. One that was never parsed may hold anything in its place: that is shown as JSON. */
export const fieldText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    return 'something that is no JSON';
  }
};
