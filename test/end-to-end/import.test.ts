import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder, runSteptrail } from './run-steptrail.ts';

const ARN = 'arn:aws:states:us-east-1:123456789012:execution:Greet:one';
const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Greet';
const DEFINITION = JSON.stringify({ StartAt: 'Hello', States: { Hello: { Type: 'Pass', End: true } } });

/** As the AWS CLI prints them: times are text. */
function history(at = '2026-03-02T08:00:00', input = '{}') {
  const event = (id: number, millisecond: number, type: string, details: object) => ({
    timestamp: `${at}.00${millisecond}000+00:00`,
    type,
    id,
    previousEventId: id - 1,
    ...details,
  });
  const none = { truncated: false };
  const inputDetails = none;
  const outputDetails = none;
  return [
    event(1, 0, 'ExecutionStarted', {
      executionStartedEventDetails: { input, inputDetails, roleArn: 'arn:aws:iam::123456789012:role/r' },
    }),
    event(2, 1, 'PassStateEntered', { stateEnteredEventDetails: { name: 'Hello', input, inputDetails } }),
    event(3, 1, 'PassStateExited', {
      stateExitedEventDetails: { name: 'Hello', output: input, outputDetails },
    }),
    event(4, 2, 'ExecutionSucceeded', { executionSucceededEventDetails: { output: input, outputDetails } }),
  ];
}

let database: TestDatabase;
let place: ReturnType<typeof makeFolder>;
const file = (name: string) => join(place.folder, name);
const write = (name: string, value: unknown) => {
  writeFileSync(file(name), JSON.stringify(value));
  return file(name);
};
const run = (...args: readonly string[]) => runSteptrail(args, { DATABASE_URL: database.url });

beforeEach(async () => {
  database = await createTestDatabase();
  place = makeFolder();
});

afterEach(async () => {
  place.remove();
  await database.drop();
});

async function archived() {
  const { stdout } = await run('executions', '--json');
  return stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

test('what the AWS CLI wrote into a folder: history, execution and definition find each other', {
  timeout: 120_000,
}, async () => {
  write('history.json', { events: history() });
  write('execution.json', {
    executionArn: ARN,
    stateMachineArn: MACHINE,
    name: 'one',
    status: 'SUCCEEDED',
    startDate: '2026-03-02T08:00:00.000000+00:00',
    stopDate: '2026-03-02T08:00:00.002000+00:00',
    redriveCount: 0,
  });
  write('definition.json', {
    stateMachineArn: MACHINE,
    name: 'Greet',
    definition: DEFINITION,
    revisionId: 'r1',
  });
  const first = await run('import', place.folder);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain('1 executions imported');
  expect(await archived()).toMatchObject([
    { executionArn: ARN, status: 'SUCCEEDED', stateMachineArn: MACHINE },
  ]);
  expect((await run('verify', ARN)).stdout).toContain('as it was sealed');
  expect((await run('import', place.folder)).stdout).toContain('1 known already');

  const other = write('other.json', { events: history('2026-03-02T08:00:00', '{"a":1}') });
  const conflict = await run('import', other, '--execution-arn', ARN);
  expect(conflict.code).toBe(1);
  expect(conflict.stderr).toContain('conflicts with the archive in events 1, 2, 3 and 1 more');
  expect((await run('verify', '--all')).code).toBe(0);
});

test('a cut history is told, and completed by the rest of it', { timeout: 120_000 }, async () => {
  const one = write('one.json', {
    executionArn: ARN,
    definition: DEFINITION,
    history: { events: history().slice(0, 2) },
  });
  const cut = await run('import', one);
  expect(cut.code).toBe(1);
  expect(cut.stderr).toContain('What was imported ends at event 2, before the execution does');
  const two = write('two.json', history().slice(2));
  expect(await run('import', two, '--execution-arn', ARN)).toMatchObject({ code: 0, stderr: '' });
  expect(await archived()).toMatchObject([{ status: 'SUCCEEDED', events: 4 }]);
  expect((await run('verify', ARN)).code).toBe(0);
});

test('bad files: each is named, and the good ones are imported', { timeout: 120_000 }, async () => {
  writeFileSync(file('cut.json'), '{"events":[{"id":1,');
  writeFileSync(file('empty.json'), '');
  writeFileSync(file('cut.jsonl.gz'), gzipSync('{"kind":"export","version":1}\n'.repeat(9)).subarray(0, 20));
  const nothing = await run('import', place.folder, file('missing.json'));
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toMatch(/missing\.json: there is no such file/);
  expect(nothing.stderr).toMatch(/cut\.json: it is no JSON/);
  expect(nothing.stderr).toMatch(/empty\.json: it is empty/);

  mkdirSync(file('good'));
  const [a, b, c, d] = history();
  const twice = { ...b, stateEnteredEventDetails: { name: 'Hello', input: '{"other":1}' } };
  write('good/doubled.json', {
    executionArn: ARN,
    definition: DEFINITION,
    history: { events: [a, b, twice, c, d] },
  });
  write('stranger.json', {
    executionArn: ARN.replace('123456789012', '999999999999'),
    history: { events: history() },
  });
  mkdirSync(file('mixed'));
  write('mixed/execution.json', {
    executionArn: `${ARN}-mixed`,
    stateMachineArn: MACHINE.replace('123456789012', '999999999999'),
    status: 'SUCCEEDED',
    startDate: '2026-03-02T09:00:00Z',
  });
  write('mixed/history.json', { events: history('2026-03-02T09:00:00') });
  cpSync(file('empty.json'), file('good/unknown.json'));
  write('good/unknown.json', { events: history('2025-01-01T00:00:00') });
  const some = await run('import', place.folder, '--account', '123456789012');
  expect(some.code).toBe(1);
  expect(some.stderr).toMatch(/Two different events claim the id 2; both are archived/);
  expect(some.stderr).toMatch(/it is of account 999999999999, and only 123456789012 is wanted/);
  expect(some.stderr).toMatch(
    /one-mixed was refused: it is of account 123456789012 in .* of account 999999999999/,
  );
  expect(some.stderr).toMatch(/unknown\.json: nothing says which execution it is of/);
  expect(await archived()).toMatchObject([{ executionArn: ARN }]);
});

test('an export goes through a pipe and comes back', { timeout: 120_000 }, async () => {
  await run(
    'import',
    write('case.json', { executionArn: ARN, definition: DEFINITION, history: { events: history() } }),
  );
  const out = file('all.jsonl.gz');
  expect((await run('export', '--out', out)).code).toBe(0);
  expect((await run('import', out)).stdout).toContain('1 known already');
  const since = await run('export', '--since', out);
  expect(since.stdout.trim().split('\n')).toHaveLength(2);
  expect((await run('export', '--since', `7:${'0'.repeat(64)}`)).code).toBe(2);
});
