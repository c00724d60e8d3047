import { isArray, isObject, type Json } from './json.ts';
import { jsonText } from './json-text.ts';

/** A function that may end a Path: what it makes of a node and its arguments, undefined where it makes nothing. */
type PathFunction = (node: Json, given: readonly Json[]) => Json | undefined;

const countOf: PathFunction = (node) =>
  typeof node === 'string' || isArray(node)
    ? node.length
    : isObject(node)
      ? Object.keys(node).length
      : undefined;

const ofNumbers =
  (aggregate: (numbers: readonly number[]) => number): PathFunction =>
  (node, given) => {
    const numbers = [...(isArray(node) ? node : []), ...given].filter((item) => typeof item === 'number');
    return numbers.length === 0 ? undefined : aggregate(numbers);
  };

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const deviation = (numbers: readonly number[]): number => {
  const mean = sum(numbers) / numbers.length;
  return Math.sqrt(sum(numbers.map((number) => (number - mean) ** 2)) / numbers.length);
};

const concat: PathFunction = (node, given) =>
  [...(isArray(node) ? node.filter((item) => typeof item === 'string') : []), ...given]
    .map((item) => (typeof item === 'object' ? jsonText(item) : String(item)))
    .join('');

/** The functions of Jayway's dialect. @see https://github.com/json-path/JsonPath#functions */
export const pathFunctions: ReadonlyMap<string, PathFunction> = new Map<string, PathFunction>([
  ['length', countOf],
  ['size', countOf],
  ['keys', (node) => (isObject(node) ? Object.keys(node) : undefined)],
  ['first', (node) => (isArray(node) ? node[0] : undefined)],
  ['last', (node) => (isArray(node) ? node.at(-1) : undefined)],
  ['index', (node, [at]) => (isArray(node) && typeof at === 'number' ? node.at(at) : undefined)],
  ['min', ofNumbers((numbers) => numbers.reduce((a, b) => Math.min(a, b)))],
  ['max', ofNumbers((numbers) => numbers.reduce((a, b) => Math.max(a, b)))],
  ['sum', ofNumbers(sum)],
  ['avg', ofNumbers((numbers) => sum(numbers) / numbers.length)],
  ['stddev', ofNumbers(deviation)],
  ['concat', concat],
  ['append', (node, given) => (isArray(node) ? [...node, ...given] : undefined)],
]);
