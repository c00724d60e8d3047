import { describe, expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { UsageError } from './usage-error.ts';

describe('readConfiguration', () => {
  test('defaults are loopback, port 4400 and the embedded database', () => {
    const configuration = readConfiguration({});
    expect(configuration).toMatchObject({ host: '127.0.0.1', port: 4400 });
    expect(configuration.databaseUrl).toBeUndefined();
    expect(configuration.dataDir.endsWith('.steptrail')).toBe(true);
  });

  test.each([
    ['a port that is a word', { STEPTRAIL_PORT: 'web' }, 'STEPTRAIL_PORT'],
    ['a port out of range', { STEPTRAIL_PORT: '70000' }, 'STEPTRAIL_PORT'],
    ['a database of another kind', { DATABASE_URL: 'mysql://db/x' }, 'DATABASE_URL'],
    ['a database address that is none', { DATABASE_URL: 'db' }, 'DATABASE_URL'],
    ['an open host without a token', { STEPTRAIL_HOST: '0.0.0.0' }, 'STEPTRAIL_TOKEN'],
    ['a short token', { STEPTRAIL_TOKEN: 'abc' }, 'STEPTRAIL_TOKEN'],
  ])('%s is refused in one sentence that names the variable', (_, env, named) => {
    expect(() => readConfiguration(env)).toThrow(UsageError);
    expect(() => readConfiguration(env)).toThrow(named);
  });

  test('an open host with a token is accepted', () => {
    const env = { STEPTRAIL_HOST: '0.0.0.0', STEPTRAIL_TOKEN: 'a-token-of-good-length' };
    expect(readConfiguration(env)).toMatchObject({ host: '0.0.0.0' });
  });
});
