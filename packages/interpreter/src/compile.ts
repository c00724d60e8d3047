import type { QueryLanguage, State, StateMachine, StateType } from '@steptrail/asl';
import { NOTHING, settle } from './frame.ts';
import { fieldText, type Program, type ScopeNode, type StateLogic, type StateNode } from './program.ts';
import { compileChoice } from './states/choice.ts';
import { compileFail } from './states/fail.ts';
import { compileMap } from './states/map.ts';
import { compileParallel } from './states/parallel.ts';
import { compilePass } from './states/pass.ts';
import { compileSucceed } from './states/succeed.ts';
import { compileTask } from './states/task.ts';
import { compileWait } from './states/wait.ts';

/** The events that show an execution in a state. Written out: texts put together are slow to compare. */
const MARKERS: Readonly<Record<StateType, Pick<StateNode, 'entered' | 'exited'>>> = {
  Task: { entered: 'TaskStateEntered', exited: 'TaskStateExited' },
  Pass: { entered: 'PassStateEntered', exited: 'PassStateExited' },
  Choice: { entered: 'ChoiceStateEntered', exited: 'ChoiceStateExited' },
  Wait: { entered: 'WaitStateEntered', exited: 'WaitStateExited' },
  Succeed: { entered: 'SucceedStateEntered', exited: 'SucceedStateExited' },
  Fail: { entered: 'FailStateEntered', exited: undefined },
  Parallel: { entered: 'ParallelStateEntered', exited: 'ParallelStateExited' },
  Map: { entered: 'MapStateEntered', exited: 'MapStateExited' },
};

/** Nesting beyond this is no definition that AWS would take; it is cut rather than overflow the stack. */
const DEEPEST = 100;
/** More states than a definition of AWS's size can hold. */
const MOST_STATES = 50_000;

/** Compiles the scope of a branch or an iteration. */
export type CompileScope = (scope: unknown, pointer: string, within: StateNode, index: number) => ScopeNode;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// A definition that was never parsed may be anything; what lacks a known Type is no state.
const isState = (value: unknown): value is State =>
  isRecord(value) && typeof value.Type === 'string' && Object.hasOwn(MARKERS, value.Type);

const pointerTo = (parent: string, ...keys: readonly (string | number)[]): string =>
  keys.reduce<string>(
    (at, key) => `${at}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    parent,
  );

const compileLogic = (
  state: State,
  node: StateNode,
  language: QueryLanguage,
  compileScope: CompileScope,
): StateLogic => {
  const jsonata = language === 'JSONata';
  switch (state.Type) {
    case 'Pass':
      return compilePass(state, jsonata);
    case 'Choice':
      return compileChoice(state, jsonata);
    case 'Succeed':
      return compileSucceed(state, jsonata);
    case 'Fail':
      return compileFail(state, jsonata);
    case 'Wait':
      return compileWait(state, jsonata);
    case 'Task':
      return compileTask(state, jsonata);
    case 'Parallel':
      return compileParallel(state, node, jsonata, compileScope);
    case 'Map':
      return compileMap(state, node, jsonata, compileScope);
  }
};

/** A state that no parser would let pass: it runs into a divergence, not into an exception. */
const refused: StateLogic = {
  begin: (run, frame) => {
    run.disagree(
      frame.enteredEventId,
      frame,
      'definition',
      'a state that AWS can run',
      frame.state?.name ?? '',
      'The definition of this state is not valid, so nothing can be said about what follows.',
    );
    settle(run, frame, NOTHING, { lost: true });
  },
};

const compileOrRefuse: typeof compileLogic = (state, node, language, compileScope) => {
  try {
    return compileLogic(state, node, language, compileScope);
  } catch {
    return refused;
  }
};

/** A definition: parsed (`@steptrail/asl`), or as the JSON that it is. */
export type Definition = StateMachine | Readonly<Record<string, unknown>>;

export const isProgram = (given: Program | Definition): given is Program =>
  'root' in given && 'states' in given && given.states instanceof Map;

/** How a definition is run. */
export interface CompileOptions {
  /** Default STANDARD; of a processor its ExecutionType. */
  readonly type?: 'STANDARD' | 'EXPRESS' | undefined;
  /**
   * The name of a distributed Map in the definition: compiles what each child execution of its Map Runs runs, the
   * Map's ItemProcessor. Pointers stay those of the whole definition. A name that is no Map gives a machine
   * without states.
   */
  readonly processorOf?: string | undefined;
}

/** The processor of a Map, where it stands, and the query language around it. */
interface Processor {
  readonly scope: unknown;
  readonly pointer: string;
  readonly language: QueryLanguage;
}

const languageOf = (scope: Readonly<Record<string, unknown>>, outer: QueryLanguage): QueryLanguage =>
  scope.QueryLanguage === 'JSONata' || scope.QueryLanguage === 'JSONPath' ? scope.QueryLanguage : outer;

const findProcessor = (
  given: unknown,
  name: string,
  pointer: string,
  outer: QueryLanguage,
  depth: number,
): Processor | undefined => {
  if (!isRecord(given) || !isRecord(given.States) || depth >= DEEPEST) return undefined;
  const language = languageOf(given, outer);
  for (const [key, state] of Object.entries(given.States)) {
    if (!isState(state)) continue;
    const at = pointerTo(pointer, 'States', key);
    if (state.Type === 'Map') {
      const field = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
      const inner = `${at}/${field}`;
      if (key === name) return { scope: state[field], pointer: inner, language };
      const found = findProcessor(state[field], name, inner, language, depth + 1);
      if (found !== undefined) return found;
    } else if (state.Type === 'Parallel' && Array.isArray(state.Branches)) {
      for (const [index, branch] of state.Branches.entries()) {
        const found = findProcessor(branch, name, `${at}/Branches/${index}`, language, depth + 1);
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
};

const executionTypeOf = (processor: unknown): 'STANDARD' | 'EXPRESS' => {
  const config = isRecord(processor) ? processor.ProcessorConfig : undefined;
  return isRecord(config) && config.ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
};

/**
 * Compiles a definition into closures, once for any number of replays and simulations. Takes whatever it is
 * given: what is missing or absurd becomes a divergence of the execution that runs into it, never a throw.
 */
export function compile(machine: Definition, options: CompileOptions = {}): Program {
  const states = new Map<string, StateNode>();
  let count = 0;

  const compileScope = (
    given: unknown,
    pointer: string,
    within: StateNode | undefined,
    index: number,
    outer: QueryLanguage,
    depth: number,
  ): ScopeNode => {
    const scope = isRecord(given) ? given : {};
    const language = languageOf(scope, outer);
    const node: ScopeNode = {
      pointer,
      startAt: fieldText(scope.StartAt),
      states: new Map(),
      within,
      index,
    };
    const entries = isRecord(scope.States) && depth < DEEPEST ? Object.entries(scope.States) : [];
    for (const [name, state] of entries) {
      if (!isState(state) || count >= MOST_STATES) continue;
      count += 1;
      const own = state.QueryLanguage ?? language;
      const at: StateNode = {
        name,
        type: state.Type,
        pointer: pointerTo(pointer, 'States', name),
        scope: node,
        language: own,
        definition: state,
        ...MARKERS[state.Type],
        logic: { begin: () => {} },
      };
      node.states.set(name, at);
      if (!states.has(name)) states.set(name, at);
      at.logic = compileOrRefuse(state, at, own, (inner, innerPointer, holder, number) =>
        compileScope(inner, innerPointer, holder, number, language, depth + 1),
      );
    }
    return node;
  };

  if (options.processorOf !== undefined) {
    const processor = findProcessor(machine, options.processorOf, '', 'JSONPath', 0);
    return {
      type: options.type ?? executionTypeOf(processor?.scope),
      root: compileScope(
        processor?.scope,
        processor?.pointer ?? '',
        undefined,
        0,
        processor?.language ?? 'JSONPath',
        0,
      ),
      states,
      processorOf: options.processorOf,
      timeoutSeconds: undefined,
      definition: machine,
    };
  }
  const { TimeoutSeconds } = isRecord(machine) ? machine : { TimeoutSeconds: undefined };
  return {
    type: options.type ?? 'STANDARD',
    root: compileScope(machine, '', undefined, 0, 'JSONPath', 0),
    states,
    processorOf: undefined,
    timeoutSeconds: typeof TimeoutSeconds === 'number' ? TimeoutSeconds : undefined,
    definition: machine,
  };
}
