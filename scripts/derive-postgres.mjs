// Derives the store's database client from the installed postgres.js, with what 3.4.9 does wrong when a connection
// is lost put right: queries that never settle, a connection that never writes again, a crash of the process, and
// statements of a lost transaction that run on the next connection (porsager/postgres #1154, #1186, #1208, #1216).
// And what costs more journeys to the server than needed: a transaction's first statements go with its BEGIN, and
// statements that are sent together are one write.
// Usage: node scripts/derive-postgres.mjs [--check]     --check: say whether the derived file is in step
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';

const entry = fileURLToPath(import.meta.resolve('postgres'));
const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
const target = new URL('../packages/store/src/postgres-client.generated.js', import.meta.url);

const fail = (what) => {
  console.error(
    `derive-postgres: ${what} in postgres ${version}. Look at the package's source and mend this script.`,
  );
  process.exit(1);
};

/** What is replaced, by file; each text must occur exactly as often as said, once unless told. */
const CHANGES = {
  'connection.js': [
    // A socket's error is told together with its close: in between the pool would still hand out the connection.
    [`x.on('error', error)`, `x.on('error', (err) => { failed = err })`],
    [`socket.on('error', error)`, `socket.on('error', (err) => { failed = err })`],
    [`    , errorResponse = null\n`, `    , errorResponse = null\n    , failed = null\n`],
    // After a close nothing of the old conversation is left: no buffered bytes, no timer, no query, no answer.
    [
      `    clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)\n    socket.removeListener('connect', connected)\n    idleTimer`,
      `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    const reason = failed
    failed = null
    reason && error(reason)
    socket.removeListener('data', data)
    socket.removeListener('connect', connected)
    idleTimer`,
    ],
    [
      `    socket.removeAllListeners()\n    socket = null\n\n    if (initial)\n      return reconnect()\n\n    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n`,
      `    socket.removeAllListeners()
    const lost = Errors.connection('CONNECTION_CLOSED', options, socket)
    !reason && !initial && (query || sent.length || stream) && error(lost)
    final && (final(reason || lost), final = null) // a copy that waits for the server's last word
    query = results = errorResponse = null
    result = new Result()
    socket = null

    if (initial)
      return reconnect()

    ended && (ended(), ending = ended = null)
`,
    ],
    [
      `onclose(connection, Errors.connection('CONNECTION_CLOSED', options, socket))`,
      `onclose(connection, reason || lost)`,
    ],
    [
      `    clearImmediate(nextWriteTimer)\n    if (socket) {`,
      `    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    if (socket) {`,
    ],
    // A transaction or reservation may still hold a connection that is closed.
    [
      `    if (q.cancelled)\n      return\n`,
      `    if (socket === null)\n      return (queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true)\n\n    if (q.cancelled)\n      return\n`,
    ],
    // A write wakes the server: what is sent in one turn of the event loop goes at once.
    [`chunk.length >= 1024`, `chunk.length >= 65536`],
    // Its failure is the failure of the connection, which is told to the query that waits for it.
    [`return fetchArrayTypes()`, `return fetchArrayTypes().catch(noop)`],
  ],
  'index.js': [
    // The connection is known as soon as BEGIN is on its way; its answer is looked at before the transaction ends.
    [
      `      await sql.unsafe('begin ' + options.replace(/[^a-z ]/ig, ''), [], { onexecute }).execute()\n`,
      `      await new Promise((resolve, reject) => {
        begun = sql.unsafe('begin ' + options.replace(/[^a-z ]/ig, ''), [], {
          onexecute: c => (onexecute(c), resolve())
        })
        begun.then(resolve, reject)
      })
`,
    ],
    [
      `        if (uncaughtError)\n          throw uncaughtError\n`,
      `        await begun\n        if (uncaughtError)\n          throw uncaughtError\n`,
    ],
    [
      `    return c.execute(query)\n      ? move(c, busy)\n      : move(c, full)\n`,
      `    const more = c.execute(query)
    return c.queue === reserved ? c : move(c, more ? busy : full)\n`,
    ],
    // Statements of a transaction never run on what its connection has become since.
    [
      `new Promise((_, reject) => connection.onclose = reject)`,
      `new Promise((_, reject) => connection.onclose = (e) => {
          lost = e
          reject(e)
          while (queries.length)
            queries.shift().reject(e)
        })`,
    ],
    [
      `      , connection\n      , prepare = null\n`,
      `      , connection\n      , begun\n      , lost\n      , prepare = null\n`,
    ],
    [
      `        q.catch(e => uncaughtError || (uncaughtError = e))\n`,
      `        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost)\n          return q.reject(lost)\n`,
    ],
  ],
};

const put = (source, changes) =>
  changes.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2) fail(`found ${parts.length - 1} times instead of once: ${from.slice(0, 100)}`);
    return parts.join(to);
  }, source);

const corrected = {
  name: 'corrected',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]postgres[\\/]src[\\/]\w+\.js$/ }, ({ path }) => {
      const changes = CHANGES[path.split(/[\\/]/).at(-1)] ?? [];
      return { contents: put(readFileSync(path, 'utf8'), changes), loader: 'js' };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
  plugins: [corrected],
  banner: {
    js: `// GENERATED by scripts/derive-postgres.mjs from postgres ${version} (Unlicense: public domain). Do not edit.\n// @ts-nocheck`,
  },
});
await stop();
// The comments that name modules hold this machine's paths.
const derived = (outputFiles[0]?.text ?? fail('nothing')).replace(
  /^\/\/ .*node_modules\/postgres\//gm,
  '// ',
);

if (process.argv.includes('--check')) {
  let current = '';
  try {
    current = readFileSync(target, 'utf8');
  } catch {}
  if (current !== derived)
    fail('postgres-client.generated.js is out of step: run node scripts/derive-postgres.mjs');
} else {
  writeFileSync(target, derived);
}
