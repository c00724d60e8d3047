export * from './machine.ts';
export type { ParseOptions, ParseResult, Problem, ProblemCode, Severity } from './problem.ts';
