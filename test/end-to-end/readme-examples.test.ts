import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHistoryEvent } from '@steptrail/history';
import { simulate } from '@steptrail/interpreter';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/*
 * The examples of the packages that are of use by themselves, as a reader would run them: each block of TypeScript is
 * a program, in a folder with a history and a definition as the AWS CLI writes them.
 */

const ROOT = join(import.meta.dirname, '../..');

const examplesOf = (readme: string): readonly string[] =>
  [...readFileSync(join(ROOT, readme), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
    ([, code = '']) => code,
  );

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  const definition = {
    StartAt: 'Ask',
    States: {
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: { QueueUrl: 'q', MessageBody: 'b' },
        TimeoutSeconds: 60,
        End: true,
      },
    },
  };
  const start = Date.UTC(2026, 0, 1);
  const events = simulate(
    definition,
    {},
    {
      start,
      executionArn: 'arn:aws:states:us-east-1:111111111111:execution:ask:one',
      stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:ask',
      roleArn: 'arn:aws:iam::111111111111:role/ask',
      seed: 1,
      until: start + 30_000,
      task: () => ({ kind: 'hangs' }),
    },
  );
  writeFileSync(join(folder, 'definition.json'), JSON.stringify(definition));
  writeFileSync(
    join(folder, 'history.json'),
    JSON.stringify({ events: events.map((event) => writeHistoryEvent(event)) }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (code: string): Promise<string> => {
  const outfile = join(folder, 'example.mjs');
  await build({
    stdin: { contents: code, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'silent',
  });
  return execFileSync(process.execPath, [outfile], { cwd: folder, encoding: 'utf8' });
};

describe('the README of the interpreter', () => {
  const [replayed = '', simulated = '', ...others] = examplesOf('packages/interpreter/README.md');

  test('replays an exported history in five lines', async () => {
    expect(replayed.trim().split('\n')).toHaveLength(5);
    const printed = await run(replayed);
    expect(printed).toContain("status: 'RUNNING'");
    expect(printed).toContain('divergences: []');
    expect(printed).toContain("waitsFor: 'callback token'");
  });

  test('simulates and prints what it says it prints', async () => {
    expect(others).toEqual([]);
    expect(await run(simulated)).toBe(`${/\/\/ (.*)$/m.exec(simulated)?.[1]}\n`);
  });
});

describe('the README of asl', () => {
  const [example = '', ...others] = examplesOf('packages/asl/README.md');

  test('says what is wrong with a definition', async () => {
    expect(others).toEqual([]);
    expect(await run(example)).toMatch(/^\d+:\d+ [A-Z_]+ .+/);
  });
});
