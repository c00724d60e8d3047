import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quotasOf } from '@steptrail/aws';
import { afterEach, describe, expect, test } from 'vitest';
import { parseConfigurationFile, readConfigurationFile } from './configuration-file.ts';
import { sourceEntriesOf } from './source-entries.ts';
import { UsageError } from './usage-error.ts';

const GOOD = `
accounts:
  - roleArn: arn:aws:iam::222233334444:role/SteptrailRead
    externalId: our-secretless-id
    regions: [us-east-1, eu-west-1]
    retentionDays: 30
    quotas:
      ListExecutions: { size: 400, perSecond: 20 }
  - profile: production
    accountId: '333344445555'
quotas:
  DescribeExecution: { size: 10, perSecond: 1 }
quotaShare: 0.8
retentionDays: 90
concurrency: 2
pollSeconds: 30
alerts:
  snsTopicArn: arn:aws:sns:eu-west-1:222233334444:alerts
`;

function complaint(content: string): string {
  try {
    parseConfigurationFile(content, 'steptrail.yaml');
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('No complaint.');
}

const SIZES = 'ListStateMachines, DescribeStateMachine';

describe('a mistake is named with its place', () => {
  test.each([
    [
      'accounts:\n  - regoins: [eu-west-1]',
      'steptrail.yaml:2:5: unknown key `regoins` at accounts[0]: did you mean `regions`?',
    ],
    ['polSeconds: 3', 'steptrail.yaml:1:1: unknown key `polSeconds`: did you mean `pollSeconds`?'],
    ['poll_seconds: 3', 'steptrail.yaml:1:1: unknown key `poll_seconds`: did you mean `pollSeconds`?'],
    [
      '{"accounts": [{"externalID": "a1", "roleARN": "b"}]}',
      'steptrail.yaml:1:16: unknown key `externalID` at accounts[0]: did you mean `externalId`?\nsteptrail.yaml:1:36: unknown key `roleARN` at accounts[0]: did you mean `roleArn`?',
    ],
    ['quotas:\n  ListExecution: {size: 1, perSecond: 1}', 'at quotas: did you mean `ListExecutions`?'],
    [
      'quotas:\n  ListExecutions: {size: 1, perSec: 1}',
      'steptrail.yaml:2:29: unknown key `perSec` at quotas.ListExecutions: did you mean `perSecond`?',
    ],
    ['quotas:\n  Nonsense: {size: 1, perSecond: 1}', `valid are ${SIZES}`],
    [
      'quotas:\n  ListExecutions: {size: 0.5, perSecond: 0}',
      'steptrail.yaml:2:31: quotas.ListExecutions.perSecond must be a number of requests a second above 0.',
    ],
    [
      'accounts: [{queueUrls: [https://example.com/q]}]',
      'accounts[0].queueUrls[0] must be the URL of a queue, such as https://sqs.',
    ],
    [
      'accounts: [{regions: eu-west-1}]',
      'accounts[0].regions must be a list of Regions, such as [eu-west-1].',
    ],
    [
      'accounts:\n  - regions:\n      - eu-west-1\n      - Ireland',
      'steptrail.yaml:4:9: accounts[0].regions[1] must be the name of a Region',
    ],
    [
      'accounts: [{accountId: 012345678901}]',
      "accounts[0].accountId must be 12 digits in quotes, such as '1",
    ],
    ['accounts: []', 'accounts must hold one account at least.'],
    ['accounts: [{externalId: abc, regions: [eu-west-1]}]', 'is of use with roleArn only: add that.'],
    [
      "accounts: [{roleArn: 'arn:aws:iam::222233334444:role/a', accountId: '333344445555'}]",
      'accounts[0].accountId is another account than roleArn has.',
    ],
    ['webhookSecret: hunter2', 'unknown key `webhookSecret`: secrets do not belong in this file'],
    ['accounts: [{secretAccessKey: hunter2}]', 'secrets do not belong in this file'],
    ['alerts: {webhookUrl: "https://a:hunter2@example.com"}', 'without user name and password'],
    ['retentionDays: 91', 'retentionDays must be a whole number from 1 to 90.'],
    ['quotaShare: 50', 'quotaShare must be a share above 0, up to 1.'],
    ['- 1', 'the file must hold keys such as accounts.'],
    ['accounts: [', 'this is no YAML or JSON'],
    [
      'pollSeconds: 1\npollSeconds: 2',
      'steptrail.yaml:2:1: this is no YAML or JSON (Map keys must be unique',
    ],
    [
      'a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]',
      'alias',
    ],
  ])('%j', (content, sentence) => {
    const told = complaint(content);
    expect(told).toContain(sentence);
    expect(told).not.toContain('hunter2');
  });
});

test('a good file becomes one entry for each account and Region', () => {
  const file = parseConfigurationFile(GOOD, 'steptrail.yaml');
  expect(file).toMatchObject({ concurrency: 2, pollSeconds: 30, quotaShare: 0.8 });
  const entries = sourceEntriesOf({ ...file, accounts: file.accounts ?? [] }, { AWS_REGION: 'eu-north-1' });
  expect(
    entries.map(({ name, accountId, retentionDays, clients }) => [
      name,
      accountId,
      retentionDays,
      clients.region,
    ]),
  ).toEqual([
    ['accounts[0] in us-east-1', '222233334444', 30, 'us-east-1'],
    ['accounts[0] in eu-west-1', '222233334444', 30, 'eu-west-1'],
    ['accounts[1] in eu-north-1', '333344445555', 90, 'eu-north-1'],
  ]);
  expect(entries[0]?.clients.quotas).toEqual({
    ...quotasOf('us-east-1'),
    ListExecutions: { size: 400, perSecond: 20 },
    DescribeExecution: { size: 10, perSecond: 1 },
  });
});

test('an account without a Region, and one that is there twice, are refused', () => {
  const entries = (accounts: string) => {
    const file = parseConfigurationFile(`accounts: ${accounts}`, 'steptrail.yaml');
    return sourceEntriesOf({ ...file, accounts: file.accounts ?? [] }, {});
  };
  expect(() => entries('[{profile: a}]')).toThrow('accounts[0] names no Region');
  expect(() => entries('[{profile: a, regions: [eu-west-1, eu-west-1]}]')).toThrow('is the same as');
});

test('an endpoint: of the account, then of AWS_ENDPOINT_URL, then of the file', () => {
  const file = parseConfigurationFile(
    'endpoint: http://c\naccounts: [{endpoint: "http://a", regions: [eu-west-1]}, {regions: [eu-west-1]}]',
    'steptrail.yaml',
  );
  const endpoints = (env: Readonly<Record<string, string>>) =>
    sourceEntriesOf({ ...file, accounts: file.accounts ?? [] }, env).map(({ clients }) => clients.endpoint);
  expect(endpoints({ AWS_ENDPOINT_URL: 'http://b' })).toEqual(['http://a', 'http://b']);
  expect(endpoints({})).toEqual(['http://a', 'http://c']);
});

describe('where it lies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'steptrail-configuration-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('in the working folder, or where STEPTRAIL_CONFIG says', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'steptrail-configuration-'));
    expect(readConfigurationFile({}, folder)).toBeUndefined();
    expect(() => readConfigurationFile({ STEPTRAIL_CONFIG: 'a.yaml' }, folder)).toThrow('does not exist');
    writeFileSync(join(folder, 'steptrail.json'), '{"pollSeconds": 5}');
    expect(readConfigurationFile({}, folder)).toEqual({
      pollSeconds: 5,
      path: join(folder, 'steptrail.json'),
    });
    writeFileSync(join(elsewhere, 'other.yaml'), '# nothing yet\n');
    expect(readConfigurationFile({ STEPTRAIL_CONFIG: join(elsewhere, 'other.yaml') }, folder)).toEqual({
      path: join(elsewhere, 'other.yaml'),
    });
    writeFileSync(join(folder, 'steptrail.yaml'), 'pollSeconds: 5');
    expect(() => readConfigurationFile({}, folder)).toThrow('keep one of them');
    rmSync(elsewhere, { recursive: true, force: true });
  });
});

describe('queues of status changes', () => {
  const sqs = (region: string, name = 'q') => `https://sqs.${region}.amazonaws.com/222233334444/${name}`;
  const entries = (...queueUrls: readonly string[]) =>
    sourceEntriesOf(
      {
        path: 'steptrail.yaml',
        accounts: [{ regions: ['us-east-1', 'eu-west-1'], queueUrls: [...queueUrls] }],
      },
      {},
    ).map(({ queueUrl }) => queueUrl);

  test('are each of the Region that its URL names', () => {
    expect(entries(sqs('eu-west-1'))).toEqual([undefined, sqs('eu-west-1')]);
    expect(entries(sqs('eu-west-1'), sqs('us-east-1'))).toEqual([sqs('us-east-1'), sqs('eu-west-1')]);
  });

  test.each([
    [
      [sqs('eu-west-2')],
      'steptrail.yaml: accounts[0]: the queue https://sqs.eu-west-2.amazonaws.com/222233334444/q is in none of its Regions',
    ],
    [['http://127.0.0.1:1/222233334444/q'], 'is in none of its Regions (us-east-1, eu-west-1)'],
    [[sqs('eu-west-1'), sqs('eu-west-1', 'other')], 'there are two queues of eu-west-1'],
  ])('%j is refused', (urls, words) => {
    expect(() => entries(...urls)).toThrow(words);
  });
});
