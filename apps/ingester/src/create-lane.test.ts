import { expect, it } from 'vitest';
import { createLane } from './create-lane.ts';

it('runs once at a time, and its failure is that of who waits for its end', async () => {
  const begun: (() => void)[] = [];
  const lane = createLane(() => new Promise((resolve) => begun.push(resolve)));
  lane.start();
  lane.start();
  expect(begun).toHaveLength(1);
  begun[0]?.();
  await lane.end();
  lane.start();
  expect(begun).toHaveLength(2);
  begun[1]?.();
  await lane.end();
  await lane.end();

  const failing = createLane(() => Promise.reject(new Error('away')));
  failing.start();
  await expect(failing.end()).rejects.toThrow('away');
  await failing.end();
});
