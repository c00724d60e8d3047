import { expect, it } from 'vitest';
import { detectSource, PLACEHOLDER_CREDENTIALS } from './source.ts';

const none = () => Promise.reject(new Error('none'));
const some = () => Promise.resolve({});
const never = () => new Promise(() => {});
const KEYS = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };

it.each([
  ['nothing', {}, none, { kind: 'none' }],
  ['a chain that never answers', {}, never, { kind: 'none' }],
  ['keys', { ...KEYS, AWS_REGION: 'eu-west-1' }, none, { kind: 'aws', region: 'eu-west-1' }],
  [
    'a profile',
    { AWS_PROFILE: 'p', AWS_DEFAULT_REGION: 'eu-west-2' },
    none,
    { kind: 'aws', region: 'eu-west-2' },
  ],
  ['the chain', { AWS_REGION: 'eu-west-1' }, some, { kind: 'aws', region: 'eu-west-1' }],
  [
    'an endpoint alone',
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    none,
    {
      kind: 'endpoint',
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: PLACEHOLDER_CREDENTIALS,
    },
  ],
  [
    'an endpoint and keys',
    { ...KEYS, AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_REGION: 'eu-west-1' },
    none,
    { kind: 'endpoint', endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' },
  ],
] as const)('with %s', async (_, env, load, expected) => {
  const source = await detectSource(env, load);
  expect(source).toMatchObject(expected);
  expect('credentials' in source).toBe('credentials' in expected);
});
