import type { Planned } from './history-mutations.ts';
import { isObject, type Json, type JsonObject, withAt } from './json-mutations.ts';

/*
 * A definition with one thing changed, while the history stays what it was.
 */

export interface DefinitionMutation {
  readonly kind: string;
  /** JSON pointer of what was changed. */
  readonly pointer: string;
  readonly definition: JsonObject;
}

/** What is not part of the execution's meaning. */
const SILENT = new Set(['Comment', 'Version', 'Label']);

const COMPARISONS: readonly (readonly string[])[] = ['Numeric', 'String', 'Timestamp'].map((type) =>
  ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map((how) => `${type}${how}`),
);

const TYPE_TESTS = ['IsNull', 'IsBoolean', 'IsNumeric', 'IsString', 'IsPresent', 'IsTimestamp'];

const otherOperators = (key: string): readonly string[] => {
  const path = key.endsWith('Path') ? 'Path' : '';
  const bare = path === '' ? key : key.slice(0, -4);
  const family =
    COMPARISONS.find((names) => names.includes(bare)) ?? (TYPE_TESTS.includes(bare) ? TYPE_TESTS : []);
  return family.filter((name) => name !== bare).map((name) => name + path);
};

/** Paths with another field, another root, and a step less. */
const otherPaths = (path: string): readonly string[] => {
  const others = [
    path.endsWith(']') ? `${path}.other` : `${path === '$' || path === '$$' ? `${path}.` : path}Other`,
  ];
  const shorter = path.replace(/(\.[^.[\]]+|\[[^[\]]*\])$/, '');
  if (shorter !== path && shorter !== '') others.push(shorter);
  return others;
};

/** Reference paths, JSONPath or an intrinsic function with one token changed. */
const otherExpressions = (text: string): readonly string[] => {
  if (!text.startsWith('States.')) return otherPaths(text);
  const others: string[] = [];
  for (const match of text.matchAll(/'((?:[^'\\]|\\.)*)'|\b\d+\b|States\.(\w+)|\$[\w$.[\]]*/g)) {
    const [token] = match;
    const at = match.index;
    const put = (other: string): void => {
      others.push(text.slice(0, at) + other + text.slice(at + token.length));
    };
    if (token.startsWith("'")) put(`${token.slice(0, -1)}~'`);
    else if (/^\d/.test(token)) put(String(Number(token) + 1));
    else if (token.startsWith('States.')) {
      for (const name of SIBLING_FUNCTIONS[token.slice(7)] ?? []) put(`States.${name}`);
    } else for (const path of otherPaths(token)) put(path);
  }
  return others;
};

const SIBLING_FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  Array: ['ArrayLength'],
  ArrayLength: ['ArrayUnique'],
  ArrayUnique: ['ArrayLength'],
  ArrayContains: ['ArrayGetItem', 'ArrayPartition'],
  ArrayGetItem: ['ArrayPartition', 'ArrayContains'],
  ArrayPartition: ['ArrayGetItem'],
  Base64Encode: ['Base64Decode'],
  Base64Decode: ['Base64Encode'],
  StringToJson: ['JsonToString'],
  JsonToString: ['StringToJson'],
  Format: ['Array'],
  StringSplit: ['Array'],
  MathAdd: ['MathRandom'],
  Hash: ['StringSplit'],
};

/** JSONata with one token changed. */
const otherJsonata = (text: string): readonly string[] => {
  const others: string[] = [];
  const token =
    /'[^']*'|"[^"]*"|\b\d+\b|!=|<=|>=|[=<>+*&]|\band\b|\bor\b|\btrue\b|\bfalse\b|\.[A-Za-z_]\w*|\$[A-Za-z_]\w*/g;
  for (const match of text.slice(2, -2).matchAll(token)) {
    const [found] = match;
    const at = match.index + 2;
    const put = (other: string): void => {
      others.push(text.slice(0, at) + other + text.slice(at + found.length));
    };
    const swap = JSONATA_OTHERS[found];
    if (swap !== undefined) put(swap);
    else if (/^['"]/.test(found)) put(`${found.slice(0, -1)}~${found.slice(-1)}`);
    else if (/^\d/.test(found)) put(String(Number(found) + 1));
    else if (found.startsWith('.') || found.startsWith('$')) put(`${found}Other`);
  }
  return others;
};

const JSONATA_OTHERS: Readonly<Record<string, string>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '>': '<=',
  '<=': '>',
  '>=': '<',
  '+': '-',
  '*': '+',
  '&': '=',
  and: 'or',
  or: 'and',
  true: 'false',
  false: 'true',
};

const PATHS = new Set(['InputPath', 'OutputPath', 'ResultPath', 'ItemsPath', 'Variable']);

const isPathField = (key: string): boolean => PATHS.has(key) || (key.endsWith('Path') && key !== 'Path');

const isJsonata = (value: Json): value is string =>
  typeof value === 'string' && /^\{%[\s\S]*%\}$/.test(value);

const otherLeaves = (leaf: Json): readonly Json[] => {
  if (typeof leaf === 'number') return [leaf + 1];
  if (typeof leaf === 'boolean') return [!leaf];
  if (typeof leaf === 'string') return isJsonata(leaf) ? otherJsonata(leaf) : [`${leaf}~`];
  return leaf === null ? ['not null'] : [];
};

type Make = (
  pointer: readonly string[],
  kind: string,
  replacement: Json | undefined,
) => Planned<DefinitionMutation>;

const pointerText = (pointer: readonly string[]): string => pointer.map((key) => `/${key}`).join('');

/** Payload templates: constants, paths, intrinsics, JSONata, keys. */
function* templateMutations(
  value: Json,
  pointer: readonly string[],
  kind: string,
  make: Make,
): Generator<Planned<DefinitionMutation>> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield make([...pointer, String(index)], `${kind}: an item dropped`, undefined);
      yield* templateMutations(item, [...pointer, String(index)], kind, make);
    }
    return;
  }
  if (isObject(value)) {
    yield make([...pointer, 'added'], `${kind}: a key added`, 1);
    for (const [key, member] of Object.entries(value)) {
      const at = [...pointer, key];
      yield make(at, `${kind}: a key dropped`, undefined);
      if (key.endsWith('.$') && typeof member === 'string') {
        const what = member.startsWith('States.') ? 'an intrinsic changed' : 'a path changed';
        for (const other of otherExpressions(member)) yield make(at, `${kind}: ${what}`, other);
      } else yield* templateMutations(member, at, kind, make);
    }
    return;
  }
  for (const other of otherLeaves(value)) {
    yield make(pointer, isJsonata(value) ? `${kind}: JSONata changed` : `${kind}: a constant changed`, other);
  }
}

const TEMPLATES = new Set([
  'Parameters',
  'ResultSelector',
  'ItemSelector',
  'Result',
  'Arguments',
  'Output',
  'Assign',
  'Items',
  'Credentials',
]);

/** A choice rule, at any depth. */
function* ruleMutations(
  rule: JsonObject,
  pointer: readonly string[],
  make: Make,
): Generator<Planned<DefinitionMutation>> {
  for (const [key, value] of Object.entries(rule)) {
    const at = [...pointer, key];
    if (key === 'Next' || SILENT.has(key)) continue;
    if (key === 'Assign' || key === 'Output') yield* templateMutations(value, at, key, make);
    else if (key === 'Condition') {
      for (const other of otherLeaves(value)) yield make(at, 'choice: condition', other);
    } else if ((key === 'And' || key === 'Or') && Array.isArray(value)) {
      const { [key]: _gone, ...rest } = rule;
      yield make(pointer, 'choice: And and Or', { ...rest, [key === 'And' ? 'Or' : 'And']: value });
      for (const [index, inner] of value.entries()) {
        if (isObject(inner)) yield* ruleMutations(inner, [...at, String(index)], make);
        if (value.length > 1) yield make([...at, String(index)], 'choice: a test dropped', undefined);
      }
    } else if (key === 'Not' && isObject(value)) {
      const { Not: _gone, ...rest } = rule;
      yield make(pointer, 'choice: Not dropped', { ...rest, ...value });
      yield* ruleMutations(value, at, make);
    } else if (isPathField(key) && typeof value === 'string') {
      for (const other of otherPaths(value)) yield make(at, 'choice: path', other);
      if (key !== 'Variable') yield* operatorMutations(rule, key, pointer, make);
    } else {
      for (const other of otherLeaves(value)) yield make(at, 'choice: constant', other);
      yield* operatorMutations(rule, key, pointer, make);
    }
  }
}

function* operatorMutations(
  rule: JsonObject,
  key: string,
  pointer: readonly string[],
  make: Make,
): Generator<Planned<DefinitionMutation>> {
  for (const other of otherOperators(key)) {
    const { [key]: value, ...rest } = rule;
    yield make(pointer, 'choice: operator', { ...rest, [other]: value ?? null });
  }
}

/** Neighbours in a list change places; each is dropped. */
function* listMutations(
  list: readonly Json[],
  pointer: readonly string[],
  kind: string,
  make: Make,
): Generator<Planned<DefinitionMutation>> {
  for (const [index, item] of list.entries()) {
    if (list.length > 1) yield make([...pointer, String(index)], `${kind}: dropped`, undefined);
    const next = list[index + 1];
    if (next !== undefined)
      yield make(pointer, `${kind}: order`, list.with(index, next).with(index + 1, item));
  }
}

function* stateMutations(
  name: string,
  state: JsonObject,
  siblings: readonly string[],
  pointer: readonly string[],
  make: Make,
): Generator<Planned<DefinitionMutation>> {
  yield make(pointer, 'a state taken out', undefined);
  const others = siblings.filter((sibling) => sibling !== name);
  for (const [key, value] of Object.entries(state)) {
    const at = [...pointer, key];
    if (SILENT.has(key)) continue;
    const lists = key === 'Retry' || key === 'Catch' || key === 'Choices' || key === 'Branches';
    if (lists && Array.isArray(value)) {
      yield* listMutations(value, at, key, make);
      if (value.length === 1 && key !== 'Choices' && key !== 'Branches')
        yield make(at, `${key}: dropped`, undefined);
      for (const [index, entry] of value.entries()) {
        if (isObject(entry)) yield* entryMutations(key, entry, siblings, [...at, String(index)], make);
      }
    } else if (key === 'ItemProcessor' || key === 'Iterator') {
      if (isObject(value)) yield* scopeMutations(value, at, make);
    } else if (key === 'Next' || key === 'Default') {
      for (const other of others) if (other !== value) yield make(at, key, other);
      if (key === 'Default') yield make(at, 'Default dropped', undefined);
      else if (state.Type !== 'Choice') {
        const { Next: _gone, ...rest } = state;
        yield make(pointer, 'Next to End', { ...rest, End: true });
      }
    } else if (key === 'End') {
      const { End: _gone, ...rest } = state;
      for (const Next of others.slice(0, 1)) yield make(pointer, 'End to Next', { ...rest, Next });
    } else if (TEMPLATES.has(key)) {
      yield* templateMutations(value, at, key, make);
      yield make(at, `${key}: dropped`, undefined);
    } else if (isPathField(key)) {
      if (typeof value === 'string') {
        for (const other of otherPaths(value)) yield make(at, key, other);
      }
      if (/^(Input|Output|Result)Path$/.test(key)) {
        if (value !== null) yield make(at, `${key} null`, null);
        yield make(at, `${key} dropped`, undefined);
      }
    } else if (key === 'Type') {
      if (value === 'Pass') {
        const {
          Type: _type,
          Next: _next,
          End: _end,
          Result: _result,
          Parameters: _parameters,
          ResultPath: _path,
          ...rest
        } = state;
        yield make(pointer, 'Type', { ...rest, Type: 'Succeed' });
      }
    } else if (key === 'QueryLanguage')
      yield make(at, 'QueryLanguage', value === 'JSONata' ? 'JSONPath' : 'JSONata');
    else if (isObject(value) || Array.isArray(value)) yield* templateMutations(value, at, key, make);
    else for (const other of otherLeaves(value)) yield make(at, key, other);
  }
}

function* entryMutations(
  list: string,
  entry: JsonObject,
  siblings: readonly string[],
  pointer: readonly string[],
  make: Make,
): Generator<Planned<DefinitionMutation>> {
  if (list === 'Branches') return yield* scopeMutations(entry, pointer, make);
  if (typeof entry.Next === 'string') {
    for (const other of siblings)
      if (other !== entry.Next) yield make([...pointer, 'Next'], `${list}: Next`, other);
  }
  if (list === 'Choices') return yield* ruleMutations(entry, pointer, make);
  for (const [key, value] of Object.entries(entry)) {
    const at = [...pointer, key];
    if (key === 'Next' || SILENT.has(key)) continue;
    if (key === 'ErrorEquals') yield make(at, `${list}: ErrorEquals`, ['Other']);
    else if (key === 'ResultPath') {
      for (const other of typeof value === 'string' ? otherPaths(value) : ['$'])
        yield make(at, `${list}: ResultPath`, other);
      yield make(at, `${list}: ResultPath`, undefined);
    } else if (key === 'Assign' || key === 'Output')
      yield* templateMutations(value, at, `${list}: ${key}`, make);
    else for (const other of otherLeaves(value)) yield make(at, `${list}: ${key}`, other);
    if (key === 'MaxAttempts' && typeof value === 'number' && value > 0)
      yield make(at, `${list}: MaxAttempts`, value - 1);
  }
  if (list === 'Retry' && entry.MaxAttempts === undefined) {
    for (const attempts of [0, 1, 2, 4])
      yield make([...pointer, 'MaxAttempts'], 'Retry: MaxAttempts', attempts);
  }
}

function* scopeMutations(
  scope: JsonObject,
  pointer: readonly string[],
  make: Make,
): Generator<Planned<DefinitionMutation>> {
  const states = isObject(scope.States) ? scope.States : {};
  const names = Object.keys(states);
  for (const name of names) {
    if (name !== scope.StartAt) yield make([...pointer, 'StartAt'], 'StartAt', name);
    const state = states[name];
    if (isObject(state)) yield* stateMutations(name, state, names, [...pointer, 'States', name], make);
  }
  for (const key of ['TimeoutSeconds', 'QueryLanguage', 'ProcessorConfig']) {
    const value = scope[key];
    if (value === undefined) continue;
    if (key === 'ProcessorConfig') continue;
    if (key === 'QueryLanguage')
      yield make([...pointer, key], key, value === 'JSONata' ? 'JSONPath' : 'JSONata');
    else for (const other of otherLeaves(value)) yield make([...pointer, key], `machine ${key}`, other);
  }
}

/** Every change of a definition of which one is known that it may matter. */
export function* definitionMutations(definition: JsonObject): Generator<Planned<DefinitionMutation>> {
  yield* scopeMutations(definition, [], (pointer, kind, replacement) => ({
    kind,
    make: () => {
      const changed = withAt(definition, pointer, replacement);
      return { kind, pointer: pointerText(pointer), definition: isObject(changed) ? changed : {} };
    },
  }));
}
