import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leastPrivilegePolicy } from '@steptrail/aws';
import { STATUS_CHANGE } from '@steptrail/history';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const document = readFileSync(join(import.meta.dirname, '../../../docs/near-real-time.md'), 'utf8');

function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(document)?.[1] ?? '';
}

const actions = leastPrivilegePolicy({ queues: ['arn:aws:sqs:us-east-1:111122223333:q'] }).Statement.find(
  ({ Sid }) => Sid === 'ReceiveStatusChanges',
)?.Action;

test('the CloudFormation template gives what is needed and no more', () => {
  const tags = ['!GetAtt', '!Ref'].map((tag) => ({ tag, resolve: (text: string) => `${tag} ${text}` }));
  const { Resources } = parse(block('yaml'), { customTags: tags });
  const [statement] = Resources.MayReceive.Properties.PolicyDocument.Statement;
  expect(statement).toMatchObject({ Action: actions, Resource: '!GetAtt StatusChanges.Arn' });
  expect(Resources.Rule.Properties.EventPattern).toEqual({
    source: ['aws.states'],
    'detail-type': [STATUS_CHANGE],
  });
  expect(Resources.StatusChanges.Properties.RedrivePolicy.maxReceiveCount).toBe(5);
});

test('so does the Terraform one', () => {
  const terraform = block('hcl');
  expect(terraform).toContain(`actions   = [${actions?.map((action) => `"${action}"`).join(', ')}]`);
  expect(terraform).toContain(`"detail-type" = ["${STATUS_CHANGE}"]`);
});
