import { readStatusChange } from '@steptrail/history';
import { expect, test } from 'vitest';
import { type Account, type Execution, emptyAccount, type Machine } from './account.ts';
import { createMailbox } from './mailbox.ts';
import { createQueue } from './queue.ts';

const AT = 'arn:aws:states:us-east-1:111122223333';
const orders = `${AT}:stateMachine:orders`;

function account(executions: readonly Partial<Execution>[]): Account {
  return {
    ...emptyAccount('111122223333', 'us-east-1'),
    stateMachines: () => [
      { stateMachineArn: orders, type: 'STANDARD' } as Machine,
      { stateMachineArn: `${AT}:stateMachine:checkout`, type: 'EXPRESS' } as Machine,
    ],
    executions: (_, now) =>
      executions
        .map((given) => ({ redriveCount: 0, status: 'RUNNING', ...given }) as Execution)
        .filter(({ startDate }) => startDate <= now),
  };
}

test('each status change comes once, when its time has come, by time', () => {
  const mailbox = createMailbox(
    account([
      { executionArn: `${AT}:execution:orders:old`, startDate: 5, stopDate: 8, status: 'FAILED' },
      { executionArn: `${AT}:execution:orders:b`, startDate: 15, stopDate: 30, status: 'SUCCEEDED' },
      {
        executionArn: `${AT}:execution:orders:a`,
        startDate: 12,
        stopDate: 20,
        status: 'FAILED',
        redriveCount: 1,
        redriveDate: 18,
      },
    ]),
    10,
  );
  const read = (now: number) => {
    mailbox.passTime(now);
    return mailbox.queue.receive(now, 10, 1e9).map(({ body }) => {
      const change = readStatusChange(body);
      if (!change.ok) throw new Error(change.why);
      const { executionArn, status, redriveCount } = change.change;
      return `${executionArn.split(':').at(-1)} ${status} ${redriveCount}`;
    });
  };
  expect(read(10)).toEqual([]);
  expect(read(25)).toEqual(['a RUNNING 0', 'b RUNNING 0', 'a RUNNING 1', 'a FAILED 1']);
  expect(read(25)).toEqual([]);
  expect(read(30)).toEqual(['b SUCCEEDED 0']);
});

test('a message is hidden until its time is up, and buried when that happened too often', () => {
  const queue = createQueue(2);
  queue.send('a');
  expect(queue.receive(0, 10, 30)).toMatchObject([{ body: 'a', receiveCount: 1 }]);
  expect(queue.receive(29, 10, 30)).toEqual([]);
  const [again] = queue.receive(30, 10, 30);
  expect(again?.receiveCount).toBe(2);
  expect(queue.receive(60, 10, 30)).toEqual([]);
  expect(queue.deadLetters()).toEqual(['a']);
  queue.send('b');
  const [b] = queue.receive(60, 10, 30);
  expect(queue.remove(b?.receiptHandle ?? '')).toBe(true);
  expect([queue.size(), queue.remove('x')]).toEqual([0, false]);
});
