import { END, type JsonataToken, tokensOf } from './jsonata-tokens.ts';

/**
 * The grammar of JSONata, checked without building a tree: top-down operator precedence, in one pass, with bounded
 * depth. What the evaluator's own parser refuses is refused here, but for `%` that has no parent, signatures of
 * functions, and regular expressions that are not well formed.
 */

/** What an expression is, and what it reads that AWS may not offer. */
export type JsonataReading =
  | { readonly fault: string }
  /**
   * Names read from outside any step: `phone`, `$`, `$$`, and fields of `$states` as `$states.result`.
   * A name in a later step of a path, or in a predicate, reads what the step before it gave.
   */
  | { readonly references: readonly string[] };

/** Nobody writes more, and the stack has an end. */
const DEEPEST = 400;

type Kind = 'name' | 'variable' | 'string' | 'number' | 'value' | 'path' | 'other';

/** What is known of an expression already read. */
type Operand = {
  readonly kind: Kind;
  readonly value: string;
  /** The name of its first step, where that is a name. */
  readonly head?: string;
  readonly grouped?: boolean;
  /** Its last step has a predicate, or is an order-by. */
  readonly last?: 'predicate' | 'sort';
};

const OTHER: Operand = { kind: 'other', value: '' };

/** How tightly each infix operator binds. */
const BINDING: ReadonlyMap<string, number> = new Map([
  ...['(', '[', '@', '#'].map((id) => [id, 80] as const),
  ['.', 75],
  ['{', 70],
  ...['*', '/', '%'].map((id) => [id, 60] as const),
  ...['+', '-', '&'].map((id) => [id, 50] as const),
  ...['=', '<', '>', '!=', '<=', '>=', 'in', '~>', '??', '?:', '^'].map((id) => [id, 40] as const),
  ['and', 30],
  ['or', 25],
  ['?', 20],
  [':=', 10],
]);

/** Reads the text between `{%` and `%}`. */
export function readJsonata(source: string): JsonataReading {
  const tokens = tokensOf(source);
  const references: string[] = [];
  let token: JsonataToken = END;
  let depth = 0;

  const fail = (fault: string): Operand => {
    token = tokens.fail(fault);
    return OTHER;
  };
  const advance = (behindOperand = false): void => {
    token = tokens.next(behindOperand);
  };
  const expect = (id: string, behindOperand = false): void => {
    if (token.id === id) advance(behindOperand);
    else
      fail(
        token === END ? `'${id}' is missing at the end` : `'${id}' is expected instead of '${shown(token)}'`,
      );
  };
  /** What is read in there reads the value of the step before it: its references do not count. */
  const inside = <T>(read: () => T): T => {
    const before = references.length;
    const result = read();
    references.length = before;
    return result;
  };

  const expression = (binding: number): Operand => {
    if (++depth > DEEPEST) return fail(`it is nested deeper than ${DEEPEST} levels`);
    const first = token;
    advance(true);
    let left = prefix(first);
    while (binding < (BINDING.get(token.id) ?? 0)) {
      const operator = token.id;
      advance();
      left = infix(operator, left);
    }
    depth--;
    return left;
  };

  const prefix = (first: JsonataToken): Operand => {
    switch (first.id) {
      case '(name)':
      case 'and':
      case 'or':
      case 'in':
        references.push(first.value);
        return { kind: 'name', value: first.value, head: first.value };
      case '(variable)':
        if (first.value === '' || first.value === '$') references.push(`$${first.value}`);
        return { kind: 'variable', value: first.value };
      case '(string)':
        return { kind: 'string', value: first.value, head: first.value };
      case '(number)':
        return { kind: 'number', value: first.value };
      case '(value)':
        return { kind: 'value', value: first.value };
      case '(regex)':
      case '*':
      case '**':
      case '%':
        return OTHER;
      case '-':
        return expression(70).kind === 'number' ? { kind: 'number', value: '' } : OTHER;
      case '(':
        while (token.id !== ')') {
          expression(0);
          if (token.id !== ';') break;
          advance();
        }
        expect(')', true);
        return OTHER;
      case '[':
        if (token.id !== ']') list(rangeOrItem);
        expect(']', true);
        return OTHER;
      case '{':
        pairs();
        return OTHER;
      case '|':
        inside(() => {
          expression(0);
          expect('|');
          expression(0);
          if (token.id === ',') {
            advance();
            expression(0);
          }
        });
        expect('|');
        return OTHER;
      case '(end)':
        return fail('it ends too early');
      default:
        return fail(`'${shown(first)}' cannot stand there`);
    }
  };

  const list = (item: () => void): void => {
    for (;;) {
      item();
      if (token.id !== ',') return;
      advance();
    }
  };
  const rangeOrItem = (): void => {
    expression(0);
    if (token.id !== '..') return;
    advance();
    expression(0);
  };
  const pairs = (): void => {
    if (token.id !== '}')
      list(() => {
        expression(0);
        expect(':');
        expression(0);
      });
    expect('}', true);
  };

  const infix = (operator: string, left: Operand): Operand => {
    switch (operator) {
      case '.':
        return step(left);
      case '[':
        return predicate(left);
      case '{':
        if (left.grouped) return fail('a step can have only one grouping');
        inside(pairs);
        return { ...left, grouped: true };
      case '(':
        return call(left);
      case '^':
        expect('(');
        inside(() => list(sortTerm));
        expect(')');
        return { kind: 'path', value: '', last: 'sort' };
      case ':=':
        if (left.kind !== 'variable') return fail("what stands before ':=' must be a variable");
        expression(9);
        return OTHER;
      case '@':
      case '#':
        return bind(operator, left);
      case '?':
        expression(0);
        if (token.id !== ':') return OTHER;
        advance();
        expression(0);
        return OTHER;
      case '?:':
      case '??':
        expression(0);
        return OTHER;
      default:
        expression(BINDING.get(operator) ?? 0);
        return OTHER;
    }
  };

  const step = (left: Operand): Operand => {
    const right = inside(() => expression(75));
    for (const { kind, value } of [left, right])
      if (kind === 'number' || kind === 'value')
        return fail(`the literal ${value} cannot be a step of a path`);
    if (left.kind === 'variable' && left.value === 'states' && right.head !== undefined)
      references.push(`$states.${right.head}`);
    return {
      kind: 'path',
      value: '',
      ...(left.head === undefined ? {} : { head: left.head }),
      ...(left.grouped ? { grouped: true } : {}),
      ...(right.last === undefined ? {} : { last: right.last }),
    };
  };

  const predicate = (left: Operand): Operand => {
    if (token.id === ']') {
      advance();
      return left;
    }
    if (left.grouped && left.kind !== 'path' && left.kind !== 'name')
      return fail('a predicate cannot follow a grouping');
    inside(() => expression(0));
    expect(']', true);
    return { ...left, last: 'predicate' };
  };

  const sortTerm = (): void => {
    if (token.id === '<' || token.id === '>') advance();
    expression(0);
  };

  const bind = (operator: string, left: Operand): Operand => {
    if (expression(80).kind !== 'variable')
      return fail(`what stands behind '${operator}' must be a variable`);
    if (operator === '@' && left.last !== undefined)
      return fail(`'@' must come before any ${left.last === 'sort' ? 'order-by' : 'predicate'} of its step`);
    return { ...left, kind: 'path' };
  };

  const call = (left: Operand): Operand => {
    const isFunction = left.kind === 'name' && (left.value === 'function' || left.value === 'λ');
    if (isFunction) references.pop();
    let onlyVariables = true;
    if (token.id !== ')')
      list(() => {
        if (token.id === '?') {
          advance();
          onlyVariables = false;
        } else if (expression(0).kind !== 'variable') onlyVariables = false;
      });
    expect(')', true);
    if (!isFunction) return OTHER;
    if (!onlyVariables) return fail('parameters of a function must be variables, $x');
    if (token.id === '<') skipSignature();
    expect('{');
    expression(0);
    expect('}');
    return OTHER;
  };

  const skipSignature = (): void => {
    for (let open = 1; open > 0 && token.id !== '{' && token !== END; ) {
      advance();
      if (token.id === '>') open--;
      else if (token.id === '<') open++;
    }
    expect('>');
  };

  advance();
  expression(0);
  if (token !== END) fail(`'${shown(token)}' is not expected there`);
  const fault = tokens.fault();
  return fault === undefined ? { references: [...new Set(references)] } : { fault };
}

function shown({ id, value }: JsonataToken): string {
  if (id === '(variable)') return `$${value}`;
  return id === '(regex)' ? '/' : value.slice(0, 40);
}
