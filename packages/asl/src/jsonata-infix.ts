import { bindingOf, readExpression, readPairs } from './jsonata-grammar.ts';
import { advance, expect, fail, inside, list, type Operand, OTHER, type Reader } from './jsonata-reader.ts';
import { END } from './jsonata-tokens.ts';

/** Reads what stands behind an operand and an operator, and gives the whole. */
export function readInfix(reader: Reader, operator: string, left: Operand): Operand {
  switch (operator) {
    case '.':
      return readStep(reader, left);
    case '[':
      return readPredicate(reader, left);
    case '{':
      if (left.grouped) return fail(reader, 'a step can have only one grouping');
      inside(reader, readPairs);
      return { ...left, grouped: true };
    case '(':
      return readCall(reader, left);
    case '^':
      expect(reader, '(');
      inside(reader, readSortTerms);
      expect(reader, ')');
      return { kind: 'path', value: '', last: 'sort' };
    case ':=':
      if (left.kind !== 'variable') return fail(reader, "what stands before ':=' must be a variable");
      readExpression(reader, 9);
      return OTHER;
    case '@':
    case '#':
      return readBinding(reader, operator, left);
    case '?':
      readExpression(reader);
      if (reader.token.id !== ':') return OTHER;
      advance(reader);
      readExpression(reader);
      return OTHER;
    case '?:':
    case '??':
      readExpression(reader);
      return OTHER;
    default:
      readExpression(reader, bindingOf(operator));
      return OTHER;
  }
}

const readNextStep = (reader: Reader): Operand => readExpression(reader, bindingOf('.'));

function readStep(reader: Reader, left: Operand): Operand {
  const right = inside(reader, readNextStep);
  const literal = isLiteral(left) ? left : right;
  if (isLiteral(literal)) return fail(reader, `the literal ${literal.value} cannot be a step of a path`);
  if (left.kind === 'variable' && left.value === 'states' && right.head !== undefined)
    reader.references.push(`$states.${right.head}`);
  return { kind: 'path', value: '', head: left.head, grouped: left.grouped, last: right.last };
}

const isLiteral = ({ kind }: Operand): boolean => kind === 'number' || kind === 'value';

function readPredicate(reader: Reader, left: Operand): Operand {
  if (reader.token.id === ']') {
    advance(reader);
    return left;
  }
  if (left.grouped && left.kind !== 'path' && left.kind !== 'name')
    return fail(reader, 'a predicate cannot follow a grouping');
  inside(reader, (within) => readExpression(within));
  expect(reader, ']', true);
  return { ...left, last: 'predicate' };
}

const readSortTerms = (reader: Reader): void => list(reader, readSortTerm);

function readSortTerm(reader: Reader): void {
  if (reader.token.id === '<' || reader.token.id === '>') advance(reader);
  readExpression(reader);
}

function readBinding(reader: Reader, operator: '@' | '#', left: Operand): Operand {
  if (readExpression(reader, bindingOf(operator)).kind !== 'variable')
    return fail(reader, `what stands behind '${operator}' must be a variable`);
  if (operator === '@' && left.last !== undefined)
    return fail(
      reader,
      `'@' must come before any ${left.last === 'sort' ? 'order-by' : 'predicate'} of its step`,
    );
  return { ...left, kind: 'path' };
}

function readCall(reader: Reader, left: Operand): Operand {
  const isFunction = left.kind === 'name' && (left.value === 'function' || left.value === 'λ');
  if (isFunction) reader.references.pop();
  let onlyVariables = true;
  if (reader.token.id !== ')')
    list(reader, () => {
      if (reader.token.id === '?') {
        advance(reader);
        onlyVariables = false;
      } else if (readExpression(reader).kind !== 'variable') onlyVariables = false;
    });
  expect(reader, ')', true);
  if (!isFunction) return OTHER;
  if (!onlyVariables) return fail(reader, 'parameters of a function must be variables, $x');
  if (reader.token.id === '<') skipSignature(reader);
  expect(reader, '{');
  readExpression(reader);
  expect(reader, '}');
  return OTHER;
}

function skipSignature(reader: Reader): void {
  for (let open = 1; open > 0 && reader.token.id !== '{' && reader.token !== END; ) {
    advance(reader);
    if (reader.token.id === '>') open--;
    else if (reader.token.id === '<') open++;
  }
  expect(reader, '>');
}
