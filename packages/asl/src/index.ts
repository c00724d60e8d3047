export { canonicalText } from './canonical.ts';
export { type Match, matchesError, matchName } from './errors.ts';
export {
  findLoops,
  isTerminal,
  type Loop,
  reachable,
  stateOf,
  successors,
} from './graph.ts';
export { type Position, positionsOf } from './json-text.ts';
export {
  type Assign,
  type Branch,
  type Catcher,
  type ChoiceOperator,
  type ChoiceRule,
  type ChoiceState,
  type ChoiceTest,
  type ComparisonOperator,
  type Credentials,
  type FailState,
  type ItemBatcher,
  type ItemProcessor,
  type ItemReader,
  isDistributed,
  itemProcessorOf,
  itemSelectorOf,
  type Json,
  type JsonObject,
  type MapState,
  type NumberOrExpression,
  type ParallelState,
  type PassState,
  type ProcessorConfig,
  type QueryLanguage,
  queryLanguageOf,
  type ReaderConfig,
  type ResultWriter,
  type Retrier,
  type Scope,
  type State,
  type StateMachine,
  type StateType,
  type SucceedState,
  type TaskState,
  type TypeTestOperator,
  type WaitState,
  type WorkflowType,
} from './machine.ts';
export { type ParseStateResult, parse, parseState, parseValue } from './parse.ts';
export {
  type ParseOptions,
  type ParseResult,
  PROBLEM_REASONS,
  type Problem,
  type ProblemCode,
  type ProblemReason,
  type Severity,
} from './problem.ts';
export { parseResource, type Resource } from './resource.ts';
export { type StatePlace, scopesIn, walk } from './walk.ts';
