import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { makeFolder, runSteptrail, startSteptrail } from './run-steptrail.ts';

const { folder, remove } = makeFolder();

function mount(...args: string[]): boolean {
  return process.platform === 'linux' && spawnSync('mount', [...args, folder]).status === 0;
}

/** Room for a new database and a part of the demo account, not for all of it. */
const isMounted = mount('-t', 'tmpfs', '-o', 'size=67m,mode=755', 'tmpfs');
if (!isMounted) console.log('The test of a full disk is skipped: this user may not mount a small one.');
afterAll(() => {
  if (isMounted) spawnSync('umount', [folder]);
  remove();
});

test.skipIf(!isMounted)(
  'a full disk is said in one sentence, and what was archived is kept',
  async () => {
    const sandbox = startSteptrail(['sandbox', '--port', '0']);
    try {
      const line = await sandbox.line(/^Use it with AWS_ENDPOINT_URL=/);
      const env = {
        AWS_ENDPOINT_URL: /AWS_ENDPOINT_URL=(http:\S+?);/.exec(line)?.[1],
        STEPTRAIL_DATA: `${folder}/data`,
      };
      const full = await runSteptrail(['ingest', '--once'], env);
      expect(full.code).toBe(1);
      expect(full.stderr).toMatch(/disk .*full/);
      expect(full.stderr).not.toMatch(/^\s+at /m);

      mount('-o', 'remount,size=300m');
      const kept = await runSteptrail(['executions', '--limit', '5000'], env);
      expect(kept.stdout.split('\n').length).toBeGreaterThan(100);
      const roomy = await runSteptrail(['ingest', '--once'], env);
      expect(roomy).toMatchObject({ code: 0 });
      const all = await runSteptrail(['executions', '--limit', '5000'], env);
      expect(all.stdout.split('\n').length).toBeGreaterThan(kept.stdout.split('\n').length);
    } finally {
      await sandbox.stop();
    }
  },
  240_000,
);
