import type { Json, State } from '@steptrail/asl';
import { placesOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';

/** Forms that only credentials have, so that a match is no accident. The text itself never leaves this file. */
const CREDENTIALS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'an AWS access key id', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/ },
  { what: 'a GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b/ },
  { what: 'a Slack token', pattern: /\bxox[abprs]-[A-Za-z0-9-]{20,}/ },
  { what: 'a Stripe key', pattern: /\b[sr]k_live_[A-Za-z0-9]{20,}/ },
  { what: 'a password in a URL', pattern: /\b[a-z][a-z0-9+]*:\/\/[^\s/:@{}$%]+:[^\s/:@{}$%]+@/ },
];

const calling = (database: string) => ({
  StartAt: 'Call',
  States: {
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: 'load',
        Payload: { database },
      },
      TimeoutSeconds: 30,
      End: true,
    },
  },
});

export const secretInDefinition: DefinitionRule = {
  id: 'secret-in-definition',
  subject: 'definition',
  severity: 'high',
  title: 'Secret in the definition',
  why: 'Whoever may describe the state machine or read its history reads the secret too, and every revision and every recorded call keeps it.',
  mend: 'Change the secret, keep the new one in Secrets Manager, and let the called code fetch it (an HTTP task takes it from an EventBridge connection).',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/security-best-practices.html',
  messages: { secret: '{state} holds {what} in plain text at {pointer}.' },
  examples: {
    valid: [
      { title: 'an address only', type: 'STANDARD', definition: calling('postgres://db.internal/shop') },
    ],
    invalid: [
      {
        title: 'a password in an address',
        type: 'STANDARD',
        definition: calling('postgres://shop:hunter2@db.internal/shop'),
      },
    ],
  },
  *check({ machine, type }) {
    for (const place of placesOf(machine, type)) {
      const { state } = place;
      for (const [field, value] of sentBy(state)) {
        for (const { what, pointer } of credentialsIn(value, `${place.pointer}/${field}`)) {
          yield {
            severity: 'high',
            message: 'secret',
            data: { state: place.name, what, pointer },
            evidence: { pointers: [pointer], executions: [] },
            key: pointer,
          };
        }
      }
    }
  },
};

/** What a state writes into payloads and calls. */
function sentBy(state: State): [field: string, value: Json | undefined][] {
  switch (state.Type) {
    case 'Pass':
      return [
        ['Result', state.Result],
        ['Parameters', state.Parameters],
        ['Output', state.Output],
        ['Assign', state.Assign],
      ];
    case 'Task':
    case 'Parallel':
      return [
        ['Parameters', state.Parameters],
        ['Arguments', state.Arguments],
        ['Output', state.Output],
        ['Assign', state.Assign],
      ];
    case 'Map':
      return [
        ['ItemSelector', state.ItemSelector],
        ['Parameters', state.Parameters],
        ['Items', state.Items],
      ];
    case 'Choice':
    case 'Wait':
      return [
        ['Output', state.Output],
        ['Assign', state.Assign],
      ];
    case 'Succeed':
      return [['Output', state.Output]];
    case 'Fail':
      return [];
  }
}

interface Credential {
  readonly what: string;
  readonly pointer: string;
}

function credentialsIn(value: Json | undefined, pointer: string, found: Credential[] = []): Credential[] {
  if (typeof value === 'string') {
    const form = CREDENTIALS.find(({ pattern }) => pattern.test(value));
    if (form !== undefined) found.push({ what: form.what, pointer });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      credentialsIn(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, found);
    }
  }
  return found;
}
