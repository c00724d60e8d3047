import { isArray, type Json, type OpenObject, setKey } from './json.ts';
import { type Closure, count, unusual } from './jsonata-closure.ts';
import { child, compileNode } from './jsonata-compile.ts';
import type { Names } from './jsonata-names.ts';
import type { PairTrees, SyntaxTree } from './jsonata-sync.generated.js';

/** A list: what a list gives stands in it item by item, unless it is written as a list of its own. */
export const compileArray = (items: readonly SyntaxTree[], names: Names): Closure => {
  const parts = items.map((item) => ({ isNested: item.value === '[', closure: compileNode(item, names) }));
  return (input, at) => {
    const list: Json[] = [];
    for (const { isNested, closure } of parts) {
      const value = closure(input, at);
      if (value === undefined) continue;
      if (!isNested && isArray(value)) {
        count(at, value.length);
        for (const each of value) list.push(each);
      } else list.push(value);
    }
    return list;
  };
};

const FORBIDDEN_KEYS = new Set(['_jsonata_lambda', '_jsonata_function']);

/** An object; keys that are given twice are an error, which the evaluator words. */
export const compileObject = (pairs: PairTrees, names: Names): Closure => {
  const parts = pairs.map(([key, value]) => ({ key: child(key, names), value: child(value, names) }));
  const literal = pairs.every(([key]) => key.type === 'string' && key.predicate === undefined);
  const distinct = literal && new Set(pairs.map(([key]) => key.value)).size === pairs.length;
  return (input, at) => {
    if (isArray(input)) return unusual();
    const result: OpenObject = {};
    const seen = distinct ? undefined : new Set<string>();
    for (const { key, value } of parts) {
      const name = key(input, at);
      if (name === undefined) continue;
      if (typeof name !== 'string' || FORBIDDEN_KEYS.has(name) || seen?.has(name)) return unusual();
      seen?.add(name);
      const found = value(input, at);
      if (found !== undefined) setKey(result, name, found);
    }
    return result;
  };
};
