import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../account.ts';
import { recordedAccount } from './recorded-account.ts';
import { type RecordedCase, readRecordedCase } from './recorded-case.ts';
import { renameSharedMachines } from './rename-machines.ts';

async function readJson(directory: string, file: string): Promise<{ readonly value: unknown } | string> {
  try {
    return { value: JSON.parse(await readFile(join(directory, file), 'utf8')) };
  } catch (error) {
    return error instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read';
  }
}

/**
 * An account made of the recorded cases in a folder (`*.json`, without `index.json`). What cannot be served is
 * told to `complain`, one sentence each, and left out. Rejects where the folder itself cannot be read.
 */
export async function readRecordedAccount(
  directory: string,
  complain: (sentence: string) => void,
): Promise<Account> {
  const names = (await readdir(directory))
    .filter((name) => name.endsWith('.json') && name !== 'index.json')
    .sort();
  const read: { file: string; value: unknown }[] = [];
  for (const file of names) {
    const json = await readJson(directory, file);
    if (typeof json === 'string') complain(`${join(directory, file)} is left out: ${json}.`);
    else read.push({ file, value: json.value });
  }
  const renamed = renameSharedMachines(read.map(({ value }) => value));
  const cases = new Map<string, RecordedCase>();
  renamed.forEach((value, index) => {
    const file = read[index]?.file ?? '';
    const one = readRecordedCase(file, value);
    if (typeof one === 'string') complain(`${join(directory, file)} is left out: ${one}.`);
    else if (cases.has(one.executionArn)) {
      complain(`${join(directory, file)} is left out: another case has the same execution ARN.`);
    } else cases.set(one.executionArn, one);
  });
  return recordedAccount([...cases.values()]);
}
