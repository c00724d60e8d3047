export { canonicalText } from './canonical.ts';
export { isKnownError, KNOWN_ERRORS, type KnownError, matchesError } from './errors.ts';
export {
  findLoops,
  isTerminal,
  type Loop,
  reachable,
  stateOf,
  successors,
  type TransitionTo,
  transitionsOf,
} from './graph.ts';
export {
  FAIL_INTRINSIC_FUNCTIONS,
  INTRINSIC_FUNCTIONS,
  intrinsicFault,
  isIntrinsicCall,
} from './intrinsic-syntax.ts';
export { isJsonataExpression, jsonataFault, jsonataSource } from './jsonata-syntax.ts';
export * from './machine.ts';
export { type ParseStateResult, parse, parseState, parseValue } from './parse.ts';
export { isContextPath, isVariablePath, pathFault, referencePathFault } from './path-syntax.ts';
export {
  type ParseOptions,
  type ParseResult,
  PROBLEM_REASONS,
  type Problem,
  type ProblemCode,
  type ProblemReason,
  type Severity,
} from './problem.ts';
export { type IntegrationPattern, parseResource, type Resource } from './resource.ts';
export { type StatePlace, scopesIn, walk } from './walk.ts';
