// Derives the interpreter's synchronous JSONata from the installed package (architecture, section 5).
// Usage: node scripts/derive-jsonata.mjs [--check]     --check: say whether the derived file is in step
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('jsonata'));
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const licence = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
const bundle = readFileSync(join(folder, 'jsonata.js'), 'utf8');
const target = new URL('../packages/interpreter/src/expressions/jsonata-sync.generated.js', import.meta.url);

const fail = (what) => {
  console.error(
    `derive-jsonata: ${what} in jsonata ${version}. Look at the package's source and mend this script.`,
  );
  process.exit(1);
};

/** Replaces a text that must occur exactly so many times. */
const replace = (source, from, to, times = 1) => {
  const parts = source.split(from);
  if (parts.length !== times + 1)
    fail(`found ${parts.length - 1} times instead of ${times}: ${from.slice(0, 80)}`);
  return parts.join(to);
};

/** The body of one module of the bundle. */
const moduleBody = (number) => {
  const start = bundle.indexOf(`${number}:[function(require,module,exports){`);
  const ends = /\n\},\{[^\n]*\}\](,\d+:\[|\},\{\},)/g;
  ends.lastIndex = start;
  const end = ends.exec(bundle);
  if (start < 0 || end === null) fail(`no module ${number}`);
  return bundle.slice(bundle.indexOf('{', start) + 1, end.index);
};

const synchronous = (source) =>
  source
    .replace(/\bawait\s+/g, '')
    .replace(/\basync\s+(?=function|\()/g, '')
    .replaceAll('Promise.all(', '(')
    .replace(/if\s*\(isPromise\((\w+)\)\)\s*\{\s*\1 = \1;\s*\}/g, '')
    .replace(/\n\s*\/\*\*[\s\S]*?\*\//g, '');

const utilsBody = () => {
  let source = synchronous(moduleBody(6));
  // Whatever walks through values pays for each of them: a value that holds another twice doubles at every level.
  source = replace(
    source,
    "return typeof arg === 'object' && arg !== null ? Object.keys(arg) : [];",
    "if (typeof arg !== 'object' || arg === null) return [];\n        const found = Object.keys(arg);\n        spend(4 * found.length);\n        return found;",
  );
  source = replace(
    source,
    'function stringToArray(str) {',
    'function stringToArray(str) {\n        spend(4 * workOnText(str));',
  );
  source = replace(
    source,
    'function isDeepEqual(lhs, rhs) {',
    'function isDeepEqual(lhs, rhs) {\n        spend(2);',
  );
  return source;
};

const datetimeBody = () => {
  let source = synchronous(moduleBody(1));
  source = replace(
    source,
    'const matcher = new RegExp(fullRegex, ',
    'spendOnParts(timestamp.length, matchSpec.parts);\n        const matcher = new RegExp(fullRegex, ',
  );
  return source;
};

const signatureBody = () => {
  let source = synchronous(moduleBody(5));
  source = replace(
    source,
    'var regex = new RegExp(regexStr);',
    `var regex = new RegExp(regexStr);
        var endingWith = function (sign) {
            return params.filter(function (param) { return param.regex.endsWith(sign); }).length;
        };
        var ways = 2 ** endingWith('?');
        var repeated = endingWith('+');`,
  );
  source = replace(
    source,
    'var isValid = regex.exec(suppliedSig);',
    'spend(ways * args.length ** Math.max(repeated - 1, 0));\n                var isValid = regex.exec(suppliedSig);',
  );
  return source;
};

const parserBody = () => {
  let source = synchronous(moduleBody(4));
  // The operand of ?: and ?? is one tree for its test and its value: a copy would double at every level.
  source = replace(
    source,
    'arguments: [JSON.parse(JSON.stringify(left))]\n            };',
    'arguments: [left]\n            };',
  );
  const copied = /(?:\/\/ [^\n]*\n\s*)+this\.condition = JSON\.parse\(JSON\.stringify\(left\)\);/;
  if (!copied.test(source)) fail('no copy of an operand');
  source = source.replace(copied, 'this.condition = left;');
  source = replace(
    source,
    'result.condition = processAST(expr.condition);\n                    pushAncestry(result, result.condition);\n                    result.then = processAST(expr.then);\n                    pushAncestry(result, result.then);',
    `result.then = processAST(expr.then);
                    pushAncestry(result, result.then);
                    if (expr.condition === expr.then) {
                        result.condition = result.then;
                    } else if (isOperand(expr)) {
                        result.condition = Object.assign({}, expr.condition, { arguments: [result.then] });
                    } else {
                        result.condition = processAST(expr.condition);
                        pushAncestry(result, result.condition);
                    }`,
  );
  // So the tree of a function's last value must not be changed in place.
  source = replace(
    source,
    'expr.then = tailCallOptimize(expr.then);',
    `expr = Object.assign({}, expr);
                if (!isOperand(expr)) expr.then = tailCallOptimize(expr.then);`,
  );
  source = replace(
    source,
    'if (length > 0) {\n                    expr.expressions[',
    'if (length > 0) {\n                    expr = Object.assign({}, expr, { expressions: expr.expressions.slice() });\n                    expr.expressions[',
  );
  // Steps of a path are looked at once, not once more for each step behind them.
  source = replace(
    source,
    'result.steps.filter(function (step) {\n                                if (step.type',
    'var unseen = result.steps.slice(result.seen || 0);\n                            result.seen = result.steps.length;\n                            unseen.filter(function (step) {\n                                if (step.type',
  );
  source = replace(
    source,
    'if (result.steps.filter(function (step) {\n                                return step.keepArray',
    'if (unseen.filter(function (step) {\n                                return step.keepArray',
  );
  source = replace(
    source,
    'step.keepArray = true;\n                            }\n                            step.focus',
    'step.keepArray = true;\n                                result.seen = 0;\n                            }\n                            step.focus',
  );
  return source;
};

const functionsBody = () => {
  let source = synchronous(moduleBody(2));
  // Merging by recursion takes one stack frame per element; without promises that overflows the stack.
  const mergeStart = source.indexOf('var merge = function (l, r) {');
  const mergeEnd = source.indexOf('var msort =');
  if (mergeStart < 0 || mergeEnd < mergeStart) fail('no merge sort');
  source = `${source.slice(0, mergeStart)}var merge = function (l, r) {
            var merged = [], i = 0, j = 0;
            while (i < l.length && j < r.length) merged.push(comp(l[i], r[j]) ? r[j++] : l[i++]);
            while (i < l.length) merged.push(l[i++]);
            while (j < r.length) merged.push(r[j++]);
            return merged;
        };

        ${source.slice(mergeEnd)}`;
  source = replace(
    source,
    'function boolean(arg) {',
    'function boolean(arg) {\n        refuse(arg);\n        if (Array.isArray(arg)) spend(arg.length);',
  );
  source = replace(
    source,
    'function lookup(input, key) {',
    'function lookup(input, key) {\n        if (isUnknown(input)) return input;\n        if (Array.isArray(input)) spend(4 * input.length);',
  );
  source = replace(
    source,
    'replacer = function (regexMatch) {',
    'replacer = function (regexMatch) {\n                spend(8 * replacement.length);',
  );
  source = replace(
    source,
    'width = Math.trunc(width);',
    'width = Math.trunc(width);\n        spend(2 * Math.abs(width));',
  );
  source = replace(source, 'return Math.random();', 'return this.options.random();');
  source = replace(source, 'Math.floor(Math.random() * (i + 1))', 'Math.floor(randomOf(this) * (i + 1))');
  return source;
};

const evaluatorBody = () => {
  let source = synchronous(moduleBody(3));
  const start = source.indexOf('function jsonata(expr, options) {');
  if (start < 0) fail('no entry function');
  source = source.slice(0, start) + entry;
  source = source.replace(/var (entry|exit)Callback = environment\.lookup[\s\S]*?\{[\s\S]*?\}/g, '');
  if (source.includes('__evaluate_')) fail('callbacks left');
  source = source.replace(/var framePushCallback[\s\S]*?\}\s*(?=newFrame\.base)/, '');
  // What cannot be known passes through as it is, or refuses to decide anything.
  source = replace(
    source,
    'var rhs = evalrhs();',
    'var rhs = evalrhs();\n        var untold = hidden(lhs) || hidden(rhs);\n        if (untold) return untold;',
  );
  source = replace(
    source,
    'result = evaluate(expr.expression, input, environment);\n                if(typeof result',
    'result = evaluate(expr.expression, input, environment);\n                if (isUnknown(result)) return result;\n                if(typeof result',
  );
  source = replace(
    source,
    '// key has to be a string',
    'refuse(key);\n                // key has to be a string',
  );
  source = replace(
    source,
    'var atype = typeof aa;',
    'refuse(aa);\n                refuse(bb);\n                var atype = typeof aa;',
  );
  source = replace(
    source,
    'var results = focus.createSequence();\n',
    'if (isUnknown(input)) return input;\n        var results = focus.createSequence();\n',
  );
  source = replace(
    source,
    'function recurseDescendants(input, results) {',
    'function recurseDescendants(input, results) {\n        refuse(input);\n        spend(2);',
  );
  source = replace(
    source,
    'function flatten(arg, flattened) {',
    'function flatten(arg, flattened) {\n        spend(1);',
  );
  source = replace(
    source,
    'var validatedArgs = args;',
    'refuse(proc);\n            var untold = hiddenArgument(proc, args, input);\n            if (untold) return untold;\n            var validatedArgs = args;',
  );
  source = replace(
    source,
    'environment: env,\n            createSequence: env.base.createSequence',
    'environment: env,\n            options: env.base.options,\n            createSequence: env.base.createSequence',
  );
  // A value of the payload that is called must not be written to.
  source = replace(source, "if(typeof proc === 'object') {", 'if(isFunction(proc)) {');
  source = replace(
    source,
    "if(result.body.procedure.type === 'variable') {\n                next.token",
    "if(isFunction(next) && result.body.procedure.type === 'variable') {\n                next.token",
  );
  source = replace(source, 'next.position =', 'if(isFunction(next)) next.position =');
  // So ?: and ?? evaluate their operand once, whose test and value are one tree.
  source = replace(
    source,
    'var condition = evaluate(expr.condition, input, environment);',
    `var isCoalescing = expr.condition !== expr.then;
        if (isOperand(expr) && (!isCoalescing || environment.lookup('exists') === staticFrame.lookup('exists'))) {
            var operand = evaluate(expr.then, input, environment);
            refuse(operand);
            if (isCoalescing ? typeof operand !== 'undefined' : fn.boolean(operand)) return operand;
            return typeof expr.else === 'undefined' ? undefined : evaluate(expr.else, input, environment);
        }
        var condition = evaluate(expr.condition, input, environment);`,
  );
  // An empty list of the payload must not be written to.
  source = replace(source, 'input.push(undefined);', 'input = [undefined];');
  return source;
};

const entry = `
    staticFrame.bind('eval', undefined);
    // These hand values on without looking into them, or look at the outside of elements only.
    for (const name of ['map', 'filter', 'single', 'reduce', 'sift', 'each', 'zip', 'append', 'reverse', 'count', 'exists', 'lookup', 'type', 'boolean', 'not']) {
        staticFrame.lookup(name).handsOn = true;
    }
    for (const name of ['merge', 'spread', 'keys']) staticFrame.lookup(name).opens = true;

    return {
        /** The syntax tree of an expression; throws {code, message}. */
        parse: function(text) {
            try {
                return parser(text);
            } catch (err) {
                populateMessage(err);
                throw err;
            }
        },
        /** Evaluates a syntax tree; throws {code, message} or {unknown}. */
        evaluate: function(ast, session) {
            const outer = {
                bind: function() {},
                lookup: function(name) {
                    const value = session.lookup(name);
                    return value === undefined ? staticFrame.lookup(name) : value;
                },
                timestamp: null,
                async: false,
                isParallelCall: false,
                global: { ancestry: [null] }
            };
            const environment = createFrame(outer);
            environment.base = environment;
            environment.depth = 0;
            environment.options = session;
            environment.RegexEngine = session.RegexEngine;
            environment.guardrails = function() { session.step(environment.depth); };
            environment.createSequence = function() {
                const sequence = [];
                sequence.sequence = true;
                if (arguments.length === 1) sequence.push(arguments[0]);
                return sequence;
            };
            spend = session.spend;
            try {
                return evaluate(ast, undefined, environment);
            } catch (err) {
                populateMessage(err);
                throw err;
            } finally {
                spend = () => {};
            }
        },
        defineFunction,
        /** What a function of the language does, without checks of its arguments. */
        implementationOf: function(name) {
            const found = staticFrame.lookup(name);
            return found && found.implementation;
        },
        fromMillis: datetime.fromMillis
    };
})();
module.exports = jsonata;
`;

const prelude = `
/** Pays for what native code does, in the session of the evaluation under way: 1 is some 10 to 20 ns. */
let spend = () => {};

/** The work of looking through a text; AWS too ends an evaluation that holds a longer one. */
const workOnText = ({ length }) => (length > 2 ** 22 ? Infinity : length / 8);

/** Whether the answer of a condition is what it tests, as it is of ?: and ??. */
const isOperand = ({ condition, then }) =>
  condition === then || (condition.type === 'function' && condition.arguments[0] === then);

/** Pays for matching a time to a picture: where a part can end in several places, each of them is tried. */
const spendOnParts = (length, parts) => {
  const loose = parts.filter(({ regex }, position) => {
    if (!regex.endsWith('+')) return false;
    const following = (parts[position + 1] || { regex: '$' }).regex.replace('\\\\', '')[0];
    return regex.startsWith('[0-9]') ? /[0-9[(]/.test(following) : !/[^a-zA-Z0-9[( ,-]/.test(following);
  });
  spend(length ** loose.length);
};

/** The first unknown leaf inside a value; functions are not looked into. */
const hidden = (value) => {
  if (typeof value === 'string') spend(workOnText(value));
  if (typeof value !== 'object' || value === null) return undefined;
  spend(8);
  if (isUnknown(value)) return value;
  if (value._jsonata_lambda || value._jsonata_function) return undefined;
  for (const key of Object.keys(value)) {
    const found = hidden(value[key]);
    if (found) return found;
  }
  return undefined;
};

/** Stops an evaluation that would decide by an unknown leaf. */
const refuse = (value) => {
  if (isUnknown(value)) throw { unknown: value };
};

/** The unknown leaf that keeps a native function from giving a result. */
const hiddenArgument = (proc, args, input) => {
  if (!proc || proc._jsonata_function !== true) return undefined;
  if (args.length === 0) return isUnknown(input) ? input : undefined;
  if (proc.opens) return args.find(isUnknown) || (Array.isArray(args[0]) ? args[0].find(isUnknown) : undefined);
  if (!proc.handsOn) return hidden(args);
  return proc.implementation.name === 'append' ? undefined : args.find(isUnknown);
};

/** A drawn number, or the refusal to go on by one that is unknown. */
const randomOf = (focus) => {
  const drawn = focus.options.random();
  refuse(drawn);
  return drawn;
};
`;

const wrap = (name, body) => {
  const inner = body
    .replace(/(?:var|const) \w+ = require\('\.\/(\w+)'\);\n/g, (line, required) => {
      const local = /(?:var|const) (\w+)/.exec(line)[1];
      return `const ${local} = modules.${required};\n`;
    })
    .trim();
  if (inner.includes('require(')) fail(`a requirement left in ${name}`);
  return `modules.${name} = (() => {\nconst module = {};\n${inner}\nreturn module.exports;\n})();\n`;
};

const derived = `// GENERATED by scripts/derive-jsonata.mjs from jsonata ${version}. Do not edit.
// @ts-nocheck
/*
 * JSONata without promises, clock and randomness, and with leaves that cannot be known (unknown.ts).
 *
${licence
  .split('\n')
  .map((line) => ` * ${line}`.trimEnd())
  .join('\n')}
 *
 * © Copyright IBM Corp. 2016, 2018 All Rights Reserved
 */
import { isUnknown } from './unknown.ts';
${prelude}
const modules = {};
${wrap('utils', utilsBody())}
${wrap('datetime', datetimeBody())}
${wrap('signature', signatureBody())}
${wrap('functions', functionsBody())}
${wrap('parser', parserBody())}
${wrap('jsonata', evaluatorBody())}
export { workOnText };
export const { parse, evaluate, defineFunction, implementationOf, fromMillis } = modules.jsonata;
`
  .replace(/\n{3,}/g, '\n\n')
  .replace(/[ \t]+\n/g, '\n');

if (/\b(await|async)\s+(?=function|\(|\w+\()|new Promise|Math\.random|Date\.now|new Date\(\)/.test(derived)) {
  fail('something asynchronous, random or timed is left');
}
if (process.argv.includes('--check')) {
  let current = '';
  try {
    current = readFileSync(target, 'utf8');
  } catch {}
  if (current !== derived)
    fail('jsonata-sync.generated.js is out of step: run node scripts/derive-jsonata.mjs');
} else {
  writeFileSync(target, derived);
}
