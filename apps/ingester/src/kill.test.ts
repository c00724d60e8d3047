import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Account, startSandbox } from '@steptrail/sandbox';
import { createTestDatabase } from '@steptrail/store/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testAccount } from './testing/account.ts';
import { type BuiltProcess, buildProcess } from './testing/build-process.ts';
import { dump } from './testing/dump.ts';
import {
  APPROVAL,
  approvalHistory,
  CHECKOUT,
  checkoutHistory,
  DAY,
  LOOP,
  loopHistory,
  MINUTE,
  REGION,
  START,
} from './testing/events.ts';

let built: BuiltProcess;
const NOW = START + 5 * DAY;

beforeAll(async () => {
  built = await buildProcess('./ingest-process.ts');
});
afterAll(() => built.remove());

const times = <T>(count: number, make: (i: number) => T) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`e${i}`, make(i)]));

/** The account of the test, and a way to be told of every question that is asked about it. */
function watchedAccount(onQuestion: () => void): Account {
  const account = testAccount([
    {
      name: 'Approvals',
      definition: APPROVAL,
      histories: times(12, (i) => approvalHistory(START + i * MINUTE, (i % 4) * 2 * DAY)),
    },
    { name: 'Loop', definition: LOOP, histories: times(3, (i) => loopHistory(START + i * MINUTE, 400)) },
    {
      name: 'Checkout',
      type: 'EXPRESS',
      definition: CHECKOUT,
      histories: times(8, (i) => checkoutHistory(START + i * MINUTE)),
    },
  ]);
  const asked =
    <A extends readonly unknown[], R>(answer: (...args: A) => R) =>
    (...args: A): R => {
      onQuestion();
      return answer(...args);
    };
  return {
    ...account,
    executions: asked(account.executions),
    history: asked(account.history),
    logEvents: asked(account.logEvents),
  };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}

it('loses and doubles nothing when it is killed anywhere and run again', { timeout: 120_000 }, async () => {
  let questions = 0;
  let victim: { readonly child: ChildProcess; readonly at: number } | undefined;
  const perhapsKill = () => {
    questions += 1;
    if (victim !== undefined && questions >= victim.at) victim.child.kill('SIGKILL');
  };
  const received: string[] = [];
  const receiver = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      received.push(String(request.headers['x-steptrail-notification']));
      perhapsKill();
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const sandbox = await startSandbox({
    source: { account: watchedAccount(perhapsKill) },
    now: new Date(NOW),
  });
  expect(sandbox.account.region).toBe(REGION);

  const run = async (url: string, killAt?: number) => {
    questions = 0;
    const child = spawn(process.execPath, [built.program, url, sandbox.endpoint, String(NOW), hook], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    victim = killAt === undefined ? undefined : { child, at: killAt };
    return ended(child);
  };

  const calm = await createTestDatabase();
  const killed = await createTestDatabase();
  try {
    expect(await run(calm.url)).toBe(0);
    const announcedCalmly = received.splice(0);
    const all = questions;
    expect(new Set(announcedCalmly).size).toBe(announcedCalmly.length);
    expect(announcedCalmly.length).toBeGreaterThan(0);

    // Each run gets further than the last: what was done is not done again.
    for (const at of [1, 4, 7, 5, 9, 8]) expect(await run(killed.url, Math.min(at, all))).toBeNull();
    expect(await run(killed.url)).toBe(0);
    expect(new Set(received)).toEqual(new Set(announcedCalmly));
    expect(await dump(killed.sql)).toEqual(await dump(calm.sql));
  } finally {
    await calm.drop();
    await killed.drop();
    await sandbox.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  }
});
