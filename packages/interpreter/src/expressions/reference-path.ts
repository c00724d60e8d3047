import { isSyntaxProblem, syntaxProblem } from './cursor.ts';
import { type Evaluation, type Expression, failure, isFailure, toExpression } from './evaluation.ts';
import { copyObject, isArray, isObject, type Json, ownValue, setKey } from './json.ts';
import { compilePathEvaluate } from './json-path.ts';
import { parsePath } from './path-syntax.ts';
import { isUnknown, restingOn } from './unknown.ts';

/** A Reference Path: exactly one node. */
export interface ReferencePath {
  /** Reads the node; a missing one is a Failure. */
  readonly read: Expression;
  /**
   * ResultPath: `raw` with `value` set at the path; objects are created on the way, array elements only
   * replaced. Neither argument is changed; what the path does not touch is shared.
   */
  readonly write: (raw: Json, value: Json) => Evaluation;
}

type Keys = readonly (string | number)[];

const parseKeys = (text: string): Keys => {
  const path = parsePath(text);
  if (path.root.kind !== 'input') throw syntaxProblem('A Reference Path must start at the input');
  return path.selectors.map((selector) => {
    if (selector.kind === 'name') return selector.name;
    if (selector.kind === 'index' && selector.index >= 0) return selector.index;
    throw syntaxProblem('A Reference Path must lead to exactly one node');
  });
};

const writeAt = (node: Json | undefined, keys: Keys, position: number, value: Json, text: string): Json => {
  const key = keys[position];
  if (key === undefined) return value;
  // What is written into something unknown leaves the whole unknown.
  if (node !== undefined && isUnknown(node)) return restingOn(node);
  if (typeof key === 'number') {
    if (!isArray(node) || key >= node.length) throw mismatch(text);
    return node.with(key, writeAt(node[key], keys, position + 1, value, text));
  }
  if (node !== undefined && node !== null && !isObject(node)) throw mismatch(text);
  const target = node === undefined || node === null ? {} : copyObject(node);
  const child = node === undefined || node === null ? undefined : ownValue(node, key);
  setKey(target, key, writeAt(child, keys, position + 1, value, text));
  return target;
};

const mismatch = (text: string) =>
  failure('States.ResultPathMatchFailure', `Unable to apply ReferencePath ${text} to input`);

/** Compiles a Reference Path. A text that is none compiles to failures. */
export const compileReferencePath = (text: string, field?: string): ReferencePath => {
  const read = toExpression(compilePathEvaluate(text, field));
  let keys: Keys;
  try {
    keys = parseKeys(text);
  } catch (thrown) {
    if (!isSyntaxProblem(thrown)) throw thrown;
    const problem = failure('States.Runtime', `Invalid path '${text}' : ${thrown.problem}`);
    return { read, write: () => problem };
  }
  if (keys.length === 0) return { read, write: (_raw, value) => ({ ok: true, value }) };
  return {
    read,
    write: (raw, value) => {
      try {
        return { ok: true, value: writeAt(raw, keys, 0, value, text) };
      } catch (thrown) {
        if (isFailure(thrown)) return thrown;
        throw thrown;
      }
    },
  };
};
