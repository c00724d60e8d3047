/**
 * A state machine as its definition spells it: the field names are those of the Amazon States Language.
 * `parse` gives these shapes only for definitions that hold every field they need.
 * Reference: ASL section 8.1 (fields by state type).
 */
import type { ChoiceRule } from './choice-rule.ts';
import type { ItemBatcher, ItemReader, ResultWriter } from './map-parts.ts';
import type {
  Assign,
  Credentials,
  FaultTolerance,
  InputOutput,
  Json,
  NumberOrExpression,
  QueryLanguage,
  Result,
  StateBase,
  Transition,
  WorkflowType,
} from './state-parts.ts';

export type {
  ChoiceOperator,
  ChoiceRule,
  ChoiceTest,
  ComparisonOperator,
  TypeTestOperator,
} from './choice-rule.ts';
export type { ItemBatcher, ItemReader, ReaderConfig, ResultWriter } from './map-parts.ts';
export type {
  Assign,
  Catcher,
  Credentials,
  Json,
  JsonObject,
  NumberOrExpression,
  QueryLanguage,
  Retrier,
  WorkflowType,
} from './state-parts.ts';

/** A machine, or one scope nested in a machine: a branch of Parallel, or the processor of Map. */
export type Scope = {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
};

export type StateMachine = Scope & {
  readonly Version?: string;
  /** Of all states, nested ones too, that do not name their own; default JSONPath. */
  readonly QueryLanguage?: QueryLanguage;
  readonly TimeoutSeconds?: NumberOrExpression;
  /** Only in a nested machine (ItemProcessor). */
  readonly ProcessorConfig?: ProcessorConfig;
};

/** One of a Parallel's `Branches`. */
export type Branch = Scope & { readonly ProcessorConfig?: ProcessorConfig };

export type ItemProcessor = Scope & { readonly ProcessorConfig?: ProcessorConfig };

export type ProcessorConfig = {
  readonly Mode?: 'INLINE' | 'DISTRIBUTED';
  readonly ExecutionType?: WorkflowType;
};

export type TaskState = StateBase &
  InputOutput &
  Transition &
  FaultTolerance &
  Result & {
    readonly Type: 'Task';
    readonly Resource: string;
    /** JSONPath: the payload template of the task's input. */
    readonly Parameters?: Json;
    /** JSONata: the task's input. */
    readonly Arguments?: Json;
    readonly TimeoutSeconds?: NumberOrExpression;
    readonly TimeoutSecondsPath?: string;
    readonly HeartbeatSeconds?: NumberOrExpression;
    readonly HeartbeatSecondsPath?: string;
    readonly Credentials?: Credentials;
    readonly Assign?: Assign;
  };

export type PassState = StateBase &
  InputOutput &
  Transition & {
    readonly Type: 'Pass';
    readonly Result?: Json;
    readonly ResultPath?: string | null;
    readonly Parameters?: Json;
    readonly Assign?: Assign;
  };

export type WaitState = StateBase &
  InputOutput &
  Transition & {
    readonly Type: 'Wait';
    readonly Seconds?: NumberOrExpression;
    readonly SecondsPath?: string;
    readonly Timestamp?: string;
    readonly TimestampPath?: string;
    readonly Assign?: Assign;
  };

export type SucceedState = StateBase & InputOutput & { readonly Type: 'Succeed' };

export type FailState = StateBase & {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
};

export type ChoiceState = StateBase &
  InputOutput & {
    readonly Type: 'Choice';
    readonly Choices: readonly ChoiceRule[];
    readonly Default?: string;
    /** Evaluated when Default is taken; a matched rule has its own. */
    readonly Assign?: Assign;
  };

export type ParallelState = StateBase &
  InputOutput &
  Transition &
  FaultTolerance &
  Result & {
    readonly Type: 'Parallel';
    readonly Branches: readonly Branch[];
    readonly Parameters?: Json;
    readonly Arguments?: Json;
    readonly Assign?: Assign;
  };

export type MapState = StateBase &
  InputOutput &
  Transition &
  FaultTolerance &
  Result & {
    readonly Type: 'Map';
    /** One of ItemProcessor and Iterator is there: see `itemProcessorOf`. */
    readonly ItemProcessor?: ItemProcessor;
    /** The older name of ItemProcessor. */
    readonly Iterator?: ItemProcessor;
    readonly ItemsPath?: string;
    /** JSONata: an array, or an expression. */
    readonly Items?: Json;
    readonly ItemSelector?: Json;
    /** The older name of ItemSelector: see `itemSelectorOf`. */
    readonly Parameters?: Json;
    readonly MaxConcurrency?: NumberOrExpression;
    readonly MaxConcurrencyPath?: string;
    readonly ItemReader?: ItemReader;
    readonly ItemBatcher?: ItemBatcher;
    readonly ResultWriter?: ResultWriter;
    readonly ToleratedFailurePercentage?: NumberOrExpression;
    readonly ToleratedFailurePercentagePath?: string;
    readonly ToleratedFailureCount?: NumberOrExpression;
    readonly ToleratedFailureCountPath?: string;
    readonly Label?: string;
    readonly Assign?: Assign;
  };

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type StateType = State['Type'];

/** The states a Map runs for each item, by its new (`ItemProcessor`) or older (`Iterator`) name. */
export function itemProcessorOf(state: MapState): ItemProcessor {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) throw new TypeError('A Map state without ItemProcessor is not a parsed one.');
  return processor;
}

/** The template of one item's input, by its new (`ItemSelector`) or older (`Parameters`) name. */
export function itemSelectorOf(state: MapState): Json | undefined {
  return state.ItemSelector ?? state.Parameters;
}

/** Whether the iterations of a Map are child executions of their own. */
export function isDistributed(state: MapState): boolean {
  return itemProcessorOf(state).ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/** The query language a state is evaluated in: its own, else that of the machine, at whatever depth the state is. */
export function queryLanguageOf(
  machine: { readonly QueryLanguage?: QueryLanguage },
  state?: { readonly QueryLanguage?: QueryLanguage },
): QueryLanguage {
  return state?.QueryLanguage ?? machine.QueryLanguage ?? 'JSONPath';
}
