import type { StateMachine } from '@steptrail/asl';
import type { Trace } from '@steptrail/interpreter';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'information';

/** Where the proof lies: places in the definition, and events of executions. */
export interface Evidence {
  /** JSON pointers into the definition. */
  readonly pointers: readonly string[];
  /** Executions with the ids of the events that show it; no ids: the execution as a whole. */
  readonly executions: readonly { readonly executionArn: string; readonly eventIds: readonly number[] }[];
}

/** What a rule says, without words: text is rendered when read (`renderFinding`). */
export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  /** Key into the rule's `messages`. */
  readonly message: string;
  /** What fills the message's placeholders; times are epoch milliseconds under keys that end in `At`. */
  readonly data: Readonly<Record<string, string | number | null>>;
  readonly evidence: Evidence;
  /** What makes it the same finding at the next run: rule, subject and this key (for example a state name). */
  readonly key: string;
}

/** What a definition rule looks at. */
export interface DefinitionSubject {
  readonly stateMachineArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly machine: StateMachine;
}

/** What an execution rule looks at. `now` is epoch milliseconds: a rule reads no clock. */
export interface ExecutionSubject extends DefinitionSubject {
  readonly executionArn: string;
  readonly trace: Trace;
  readonly now: number;
  /**
   * The history is not known to its newest event: it broke off on the way here, or AWS lists the execution as closed and
   * gave no end. Then what the trace takes for open may be long past: nothing is said of the present.
   */
  readonly breaksOff?: boolean | undefined;
}

interface RuleFacts {
  /** Stable words, such as `task-timeout-missing`. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** How to mend it. */
  readonly mend: string;
  /** The AWS page or specification section behind it. */
  readonly reference: string;
  /** Message templates with `{placeholder}`s filled from a finding's data. */
  readonly messages: Readonly<Record<string, string>>;
}

export interface DefinitionRule extends RuleFacts {
  readonly subject: 'definition';
  readonly examples: {
    readonly valid: readonly DefinitionExample[];
    readonly invalid: readonly DefinitionExample[];
  };
  readonly check: (subject: DefinitionSubject) => Iterable<Omit<Finding, 'ruleId'>>;
}

export interface ExecutionRule extends RuleFacts {
  readonly subject: 'execution';
  readonly examples: {
    readonly valid: readonly ExecutionExample[];
    readonly invalid: readonly ExecutionExample[];
  };
  readonly check: (subject: ExecutionSubject) => Iterable<Omit<Finding, 'ruleId'>>;
}

export interface DefinitionExample {
  readonly title: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: unknown;
}

/**
 * Executed through replay: events in the shape of GetExecutionHistory, `now` in epoch milliseconds. A long history is a
 * getter, so that loading the catalogue builds none.
 */
export interface ExecutionExample extends DefinitionExample {
  readonly history: readonly unknown[];
  readonly now: number;
}

export type Rule = DefinitionRule | ExecutionRule;
