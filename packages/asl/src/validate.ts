import {
  type Check,
  checkObject,
  isArray,
  isObject,
  isPlaceholder,
  kindOf,
  type UnknownObject,
} from './check.ts';
import { MACHINE_FIELDS, NESTED_FIELDS, STATE_FIELDS } from './fields.ts';
import type { QueryLanguage, State, StateMachine } from './machine.ts';
import { at } from './problem.ts';
import { checkStateRules } from './state-rules.ts';
import { checkTransitions } from './transitions.ts';
import { checkVariableScope, type OuterVariables } from './variable-scopes.ts';

const LONGEST_NAME = 80;

/** What crosses scopes: pointers by what must be unique, and the variables of the scopes around. */
type Seen = {
  readonly names: Map<string, string>;
  readonly labels: Map<string, string>;
  readonly variables: OuterVariables | undefined;
};

const nothingSeen = (): Seen => ({ names: new Map(), labels: new Map(), variables: undefined });

/**
 * Reports every problem of a definition.
 * @returns whether it has the shape of a StateMachine; problems that are mere warnings do not matter
 */
export function validate(value: unknown, check: Check, hasErrors: () => boolean): value is StateMachine {
  const machine = { ...check, language: languageIn(value, 'JSONPath') };
  if (checkObject(machine, value, '', 'A state machine', MACHINE_FIELDS))
    checkScope(machine, value, '', nothingSeen());
  return !hasErrors();
}

/**
 * As `validate`, for one state by itself: whether the targets of its transitions exist is not known.
 * @param check its `language` is that of the machine around the state
 */
export function validateState(value: unknown, check: Check, hasErrors: () => boolean): value is State {
  checkState(check, 'State', value, '', nothingSeen());
  return !hasErrors();
}

function languageIn(value: unknown, inherited: QueryLanguage): QueryLanguage {
  const own = isObject(value) ? value.QueryLanguage : undefined;
  return own === 'JSONata' || own === 'JSONPath' ? own : inherited;
}

/** The states of a machine, or of one nested in it; `check.language` is that of the scope. */
function checkScope(check: Check, scope: UnknownObject, pointer: string, seen: Seen): void {
  const states = scope.States;
  const place = at(pointer, 'States');
  if (!Object.hasOwn(scope, 'States')) return;
  if (!isObject(states)) {
    check.report('WRONG_TYPE', place, `'States' must be an object of states, not ${kindOf(states)}.`);
    return;
  }
  if (Object.keys(states).length === 0) {
    check.report('NO_STATES', place, `'States' is empty: add at least the state that 'StartAt' names.`);
    return;
  }
  const variablesAround = checkVariableScope(check, scope.StartAt, states, place, seen.variables);
  for (const name of Object.keys(states)) {
    const statePlace = at(place, name);
    checkName(check, name, statePlace, seen.names);
    checkState(check, name, states[name], statePlace, { ...seen, variables: variablesAround(name) });
  }
  checkTransitions(check, scope.StartAt, states, pointer);
}

function checkName(check: Check, name: string, pointer: string, seen: Map<string, string>): void {
  const { length } = name.length > LONGEST_NAME ? [...name] : name;
  if ((length === 0 || length > LONGEST_NAME) && !isPlaceholder(check, name))
    check.report(
      'INVALID_STATE_NAME',
      pointer,
      `The state name '${name.slice(0, LONGEST_NAME)}' has ${length} characters: use 1 to ${LONGEST_NAME}.`,
    );
  const other = seen.get(name);
  if (other === undefined) seen.set(name, pointer);
  else
    check.report(
      'DUPLICATE_STATE_NAME',
      pointer,
      `The state name '${name}' stands also at ${other}: names must be unique in the whole definition, rename one.`,
    );
}

function checkState(scopeCheck: Check, name: string, state: unknown, pointer: string, seen: Seen): void {
  if (!isObject(state)) {
    scopeCheck.report('WRONG_TYPE', pointer, `The state '${name}' must be an object, not ${kindOf(state)}.`);
    return;
  }
  const type = state.Type;
  const fields = typeof type === 'string' ? STATE_FIELDS.get(type) : undefined;
  if (fields === undefined) {
    const known = [...STATE_FIELDS.keys()].join(', ');
    if (type === undefined)
      scopeCheck.report('REQUIRED_FIELD', pointer, `The state '${name}' lacks 'Type': add one of ${known}.`);
    else scopeCheck.report('UNKNOWN_VALUE', at(pointer, 'Type'), `'Type' must be one of ${known}.`);
    return;
  }
  const language = languageIn(state, scopeCheck.language);
  if (language === 'JSONPath' && scopeCheck.language === 'JSONata')
    scopeCheck.report(
      'LANGUAGE_DOWNGRADE',
      at(pointer, 'QueryLanguage'),
      `A state inside a JSONata machine cannot be JSONPath: remove 'QueryLanguage', or make the machine JSONPath and its other states JSONata.`,
    );
  const check = language === scopeCheck.language ? scopeCheck : { ...scopeCheck, language };
  checkObject(check, state, pointer, `A ${type} state`, fields);
  checkStateRules(check, state, pointer, seen.labels);
  for (const [field, holds] of fields.nested) {
    if (!Object.hasOwn(state, field)) continue;
    const value = state[field];
    const place = at(pointer, field);
    if (holds === 'one') checkNested(scopeCheck, value, place, field, seen);
    else if (!isArray(value) || value.length === 0)
      check.report('WRONG_TYPE', place, `'${field}' must be an array of at least one branch.`);
    else
      for (const [i, branch] of value.entries())
        checkNested(scopeCheck, branch, at(place, i), `${field}[${i}]`, seen);
  }
}

/** A nested machine has the language of the machine around it, not of the state that holds it. */
function checkNested(outer: Check, value: unknown, pointer: string, field: string, seen: Seen): void {
  if (!checkObject(outer, value, pointer, `'${field}'`, NESTED_FIELDS)) return;
  const config = value.ProcessorConfig;
  if (!isObject(config) || config.Mode !== 'DISTRIBUTED') return checkScope(outer, value, pointer, seen);
  const given = config.ExecutionType;
  const type = given === 'EXPRESS' || given === 'STANDARD' ? given : outer.type;
  // Child executions see no variables of their parent.
  checkScope({ ...outer, type }, value, pointer, { ...seen, variables: undefined });
}
