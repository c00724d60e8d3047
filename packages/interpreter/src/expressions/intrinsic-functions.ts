import { isSyntaxProblem } from './cursor.ts';
import {
  type Evaluate,
  type Expression,
  failure,
  quotingFailure,
  runtimeFailure,
  toExpression,
} from './evaluation.ts';
import { type Argument, type Call, parseCall, unescapeText } from './intrinsic-syntax.ts';
import { type Intrinsic, intrinsics, javaText } from './intrinsic-table.ts';
import type { Json } from './json.ts';
import { compilePathEvaluate, compileSelection } from './json-path.ts';
import { jsonText } from './json-text.ts';
import { findUnknown, isUnknown, reasonOf, restingOn, type Unknown, unknown } from './unknown.ts';

const callText = (call: Call, what: string): string =>
  `The function '${call.text}' had the following error: ${what}`;

const callFailure = (call: Call, error: string, what: string) => failure(error, callText(call, what));

const wrongArguments = (call: Call) =>
  callFailure(call, 'States.IntrinsicFailure', `Invalid arguments in ${call.name}`);

const compileArgument = (argument: Argument, call: Call): Evaluate => {
  switch (argument.kind) {
    case 'string':
    case 'literal': {
      const { value } = argument;
      return () => value;
    }
    case 'call':
      return compileCall(argument.call);
    case 'path': {
      const select = compileSelection(argument.path);
      const { text } = argument.path;
      return (scope) => {
        const value = select(scope);
        if (value !== undefined) return value;
        const input = jsonText(scope.input);
        const missing = `The JsonPath argument for the field '${text}' could not be found in the input '${input}'`;
        throw quotingFailure('States.Runtime', callText(call, missing), scope.input);
      };
    }
  }
};

/** The first unknown leaf that keeps a function from being applied. */
const hindrance = (values: readonly Json[], needs: Intrinsic['needs']): Unknown | undefined => {
  if (needs === 'nothing') return undefined;
  // One value may be given many times.
  for (const value of new Set(values)) {
    const found = needs === 'outside' ? (isUnknown(value) ? value : undefined) : findUnknown(value);
    if (found !== undefined) return found;
  }
  return undefined;
};

const compileTableCall = (call: Call, intrinsic: Intrinsic): Evaluate => {
  const [least, most] = intrinsic.arity;
  if (call.arguments.length < least || call.arguments.length > most) {
    const problem = wrongArguments(call);
    return () => {
      throw problem;
    };
  }
  const evaluators = call.arguments.map((argument) => compileArgument(argument, call));
  return (scope) => {
    const values = evaluators.map((evaluate) => evaluate(scope));
    const hidden = hindrance(values, intrinsic.needs);
    if (hidden !== undefined) {
      scope.draws.touchUnknown(reasonOf(hidden));
      return restingOn(hidden);
    }
    const result = intrinsic.apply(values, scope.draws);
    if (result === undefined) throw wrongArguments(call);
    return result;
  };
};

/** The texts between the `{}` of a format; `\{` and `\}` are no placeholders. */
const splitFormat = (raw: string): readonly string[] => {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < raw.length; at += 1) {
    if (raw[at] === '\\') {
      part += raw.slice(at, at + 2);
      at += 1;
    } else if (raw.startsWith('{}', at)) {
      parts.push(part);
      part = '';
      at += 1;
    } else part += raw[at];
  }
  parts.push(part);
  return parts.map(unescapeText);
};

/** Characters of a formatted text, several times what any payload of AWS holds. */
const formatLimit = 1_000_000;
const tooLong = unknown('a text that is longer than any payload');

const compileFormat = (call: Call): Evaluate => {
  const [template, ...rest] = call.arguments;
  const problem = wrongArguments(call);
  if (template === undefined) {
    return () => {
      throw problem;
    };
  }
  const fixed = template.kind === 'string' ? splitFormat(template.raw) : undefined;
  const readTemplate = compileArgument(template, call);
  const evaluators = rest.map((argument) => compileArgument(argument, call));
  return (scope) => {
    const values = evaluators.map((evaluate) => evaluate(scope));
    const text = fixed === undefined ? readTemplate(scope) : '';
    const hidden = hindrance([text, ...values], 'all');
    if (hidden !== undefined) {
      scope.draws.touchUnknown(reasonOf(hidden));
      return restingOn(hidden);
    }
    if (typeof text !== 'string') throw problem;
    const parts = fixed ?? splitFormat(text);
    if (parts.length !== values.length + 1) throw problem;
    let whole = parts[0] ?? '';
    for (let index = 1; index < parts.length; index += 1) {
      whole += javaText(values[index - 1] ?? null) + parts[index];
      if (whole.length > formatLimit) {
        scope.draws.touchUnknown(reasonOf(tooLong));
        return tooLong;
      }
    }
    return whole;
  };
};

const compileCall = (call: Call): Evaluate => {
  if (call.name === 'States.Format') return compileFormat(call);
  const intrinsic = intrinsics.get(call.name);
  if (intrinsic !== undefined) return compileTableCall(call, intrinsic);
  const problem = callFailure(call, 'States.IntrinsicFailure', `Unknown intrinsic function ${call.name}`);
  return () => {
    throw problem;
  };
};

/** Compiles the text of a `.$` field to a throwing closure; see `compileDynamicText`. */
export const compileDynamicEvaluate = (text: string, field?: string): Evaluate => {
  if (!/^\s*States\./.test(text)) return compilePathEvaluate(text, field);
  try {
    return compileCall(parseCall(text));
  } catch (thrown) {
    if (!isSyntaxProblem(thrown)) throw thrown;
    const problem = runtimeFailure(`The function '${text}' could not be read: ${thrown.problem}`);
    return () => {
      throw problem;
    };
  }
};

/**
 * Compiles the text of a `.$` field, or of ErrorPath and CausePath: a Path or a call of an intrinsic function.
 * `field` names the field in AWS's texts, such as `value.$` or `ErrorPath`.
 */
export const compileDynamicText = (text: string, field?: string): Expression =>
  toExpression(compileDynamicEvaluate(text, field));
