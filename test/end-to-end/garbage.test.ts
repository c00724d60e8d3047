import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeFolder, runSteptrail } from './run-steptrail.ts';

/* Files that are not what a command reads: exit code 2, one sentence each, and never a stack trace. */

const { folder, remove } = makeFolder();
afterAll(remove);

const deep = 60_000;
const garbage: Readonly<Record<string, string | Buffer>> = {
  'empty.json': '',
  'blank.json': ' \n\t ',
  'null.json': 'null',
  'number.json': '1e999',
  'cut.json': '{"definition":{"StartAt":"A","States":{"A":',
  'words.json': 'StartAt A; States: none',
  'bytes.json': Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x7b]),
  'zeros.json': Buffer.alloc(4096),
  'deep.json': '['.repeat(deep) + ']'.repeat(deep),
  'deep-cut.json': '{"a":'.repeat(deep),
  'proto.json': '{"__proto__":{"definition":{},"history":[]}}',
  'hostile.json': '{"history":{"toString":1},"definition":{"toString":1}}',
  'quoted.json': '"{}"',
};
const files = Object.entries(garbage).map(([name, content]) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
});

const expectPlain = (text: string): void => {
  expect(text).not.toMatch(/^\s+at /m);
  expect(text).not.toMatch(/node:internal|TypeError|RangeError|SyntaxError|\[object Object\]/);
};

describe.each(['replay', 'lint', 'inspect'])('steptrail %s', (command) => {
  test('says of each file that it is none, in a line', async () => {
    const ended = await runSteptrail([command, ...files]);
    expectPlain(ended.stderr);
    expectPlain(ended.stdout);
    expect(ended.code).toBe(2);
    expect(ended.stderr.trim()).not.toBe('');
    for (const line of ended.stderr.trim().split('\n')) expect(line.length).toBeLessThan(500);
  });

  test('--json stays JSON, a line each', async () => {
    const ended = await runSteptrail([command, '--json', ...files]);
    expectPlain(ended.stderr);
    expect([1, 2]).toContain(ended.code);
    for (const line of ended.stdout.split('\n')) if (line !== '') JSON.parse(line);
  });
});
