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
  source = replace(source, 'function boolean(arg) {', 'function boolean(arg) {\n        refuse(arg);');
  source = replace(
    source,
    'function lookup(input, key) {',
    'function lookup(input, key) {\n        if (isUnknown(input)) return input;',
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
    'function recurseDescendants(input, results) {\n        refuse(input);',
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
            try {
                return evaluate(ast, undefined, environment);
            } catch (err) {
                populateMessage(err);
                throw err;
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
/** The first unknown leaf inside a value; functions are not looked into. */
const hidden = (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
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
${wrap('utils', synchronous(moduleBody(6)))}
${wrap('datetime', synchronous(moduleBody(1)))}
${wrap('signature', synchronous(moduleBody(5)))}
${wrap('functions', functionsBody())}
${wrap('parser', synchronous(moduleBody(4)))}
${wrap('jsonata', evaluatorBody())}
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
