import type { StateMachine } from '@steptrail/asl';
import { answering, invoked, sent, succeeds, written } from './answers.ts';
import { customerOf } from './customers.ts';
import { between, hex } from './dice.ts';
import {
  DAY,
  functionArn,
  HOUR,
  MINUTE,
  type Occasion,
  type Place,
  type Plan,
  type Scenario,
} from './scenario.ts';

const definition = (place: Place): StateMachine => ({
  Comment: 'A new customer: account, confirmation by e-mail, welcome',
  StartAt: 'CreateAccount',
  TimeoutSeconds: 172_800,
  States: {
    CreateAccount: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:putItem',
      Parameters: {
        TableName: 'acme-customers',
        Item: { customerId: { 'S.$': '$.customerId' }, email: { 'S.$': '$.email' } },
        ConditionExpression: 'attribute_not_exists(customerId)',
      },
      ResultPath: null,
      Next: 'AskForConfirmation',
    },
    AskForConfirmation: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: {
        FunctionName: functionArn(place, 'mail-confirmation'),
        Payload: { 'email.$': '$.email', 'taskToken.$': '$$.Task.Token' },
      },
      TimeoutSeconds: 604_800,
      ResultPath: '$.confirmation',
      Retry: [
        { ErrorEquals: ['Lambda.ServiceException', 'Lambda.TooManyRequestsException'], MaxAttempts: 3 },
      ],
      Next: 'WantsNews',
    },
    WantsNews: {
      Type: 'Choice',
      Choices: [{ Variable: '$.confirmation.newsletter', BooleanEquals: true, Next: 'SubscribeNews' }],
      Default: 'CoolDown',
    },
    SubscribeNews: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish',
      Parameters: {
        TopicArn: `arn:aws:sns:${place.region}:${place.accountId}:newsletter`,
        'Message.$': '$.email',
      },
      ResultPath: null,
      Next: 'CoolDown',
    },
    CoolDown: { Type: 'Wait', Seconds: 3600, Next: 'Welcome' },
    Welcome: {
      Type: 'Task',
      Resource: functionArn(place, 'mail-welcome'),
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 3 }],
      ResultPath: null,
      End: true,
    },
  },
});

function planCustomer({ dice }: Occasion): Plan {
  const customer = customerOf(dice);
  const confirmed = dice('confirmed') < 0.92;
  return {
    name: `onboard-${customer.customerId}-${hex(dice, 4, 'name')}`,
    input: { ...customer },
    task: answering({
      CreateAccount: () => succeeds(written, 30),
      AskForConfirmation: () => {
        const submitted = { output: invoked({ mailed: true }), after: 300 };
        if (!confirmed) return { kind: 'hangs', submitted };
        const after = between(dice, 2 * MINUTE, 20 * HOUR, 'confirmation');
        return { ...succeeds({ confirmed: true, newsletter: dice('news') < 0.5 }, after), submitted };
      },
      SubscribeNews: (call) => succeeds(sent(dice, call), 60),
      Welcome: () => succeeds({ mailed: true }, 240),
    }),
  };
}

/** Waits for a person, but not for ever: who does not confirm within two days ends as TIMED_OUT. */
export const customerOnboarding: Scenario = {
  name: 'customer-onboarding',
  type: 'STANDARD',
  description: 'Creates an account and waits for its confirmation',
  tags: { team: 'crm', stage: 'prod' },
  logging: { level: 'OFF', includeExecutionData: false },
  revisions: (place) => [{ before: 125 * DAY, definition: definition(place) }],
  every: { past: 31 * HOUR, live: 20 * MINUTE },
  plan: planCustomer,
  incidents: [],
};
