import type { Json } from '@steptrail/asl';
import type { TaskAnswer, TaskCall } from '@steptrail/interpreter';
import { type Dice, hex, uuid } from './dice.ts';

/** `after`: milliseconds from the task's start to its answer. */
export function succeeds(output: Json, after: number): TaskAnswer {
  return { kind: 'succeeds', output, after };
}

export function fails(error: string, cause: string, after: number): TaskAnswer {
  return { kind: 'fails', error, cause, after };
}

/** The cause that a Lambda function's own exception arrives with. */
export function exception(errorType: string, errorMessage: string): string {
  return JSON.stringify({ errorType, errorMessage, trace: [`${errorType}: ${errorMessage}`] });
}

/** What the optimised `lambda:invoke` integration answers. */
export function invoked(payload: Json): Json {
  return {
    ExecutedVersion: '$LATEST',
    Payload: payload,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: '0d4c2e1a-5a3f-4a9e-8a57-2f2b3c4d5e6f' },
    StatusCode: 200,
  };
}

/** What sqs:sendMessage and sns:publish answer. */
export function sent(dice: Dice, call: TaskCall): Json {
  const keys = [call.state, call.path, call.visit, call.attempt];
  return {
    MD5OfMessageBody: hex(dice, 32, ...keys),
    MessageId: uuid(dice, ...keys),
    SdkHttpMetadata: { HttpStatusCode: 200 },
  };
}

/** What a DynamoDB write answers. */
export const written: Json = { SdkHttpMetadata: { HttpStatusCode: 200 } };

/** A world from one answer for each Task state. A state that the table lacks is a mistake of the demo. */
export function answering(
  table: Readonly<Record<string, (call: TaskCall) => TaskAnswer>>,
): (call: TaskCall) => TaskAnswer {
  return (call) => {
    const answer = table[call.state];
    if (answer === undefined) throw new Error(`The demo has no answer for the state ${call.state}.`);
    return answer(call);
  };
}
