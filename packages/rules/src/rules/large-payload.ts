import { atEvents } from '../evidence.ts';
import { after, entered, exited, recorded, started } from '../example-history.ts';
import type { ExecutionRule } from '../rule.ts';

/** The service's limit of an input, output or result, in bytes of UTF-8. */
const PAYLOAD_LIMIT_BYTES = 262_144;
/** Above this CloudWatch Logs gets a truncated record. */
const LOGGED_LIMIT_BYTES = 253_952;
const NEAR_LIMIT_BYTES = 204_800;

const passing = { StartAt: 'Keep', States: { Keep: { Type: 'Pass', End: true } } };

const kept = (bytes: number) => {
  const text = JSON.stringify('x'.repeat(bytes - 2));
  return recorded([started(text), entered('Pass', 'Keep', 0, 0, text), exited('Pass', 'Keep', 2, 0, text)]);
};

export const largePayload: ExecutionRule = {
  id: 'large-payload',
  subject: 'execution',
  severity: 'high',
  title: 'Payload near the limit of 256 KiB',
  why: 'A state whose input or output exceeds 256 KiB ends the execution with States.DataLimitExceeded, which States.ALL does not catch. Above 248 KiB its log record is cut off, and with it the evidence.',
  mend: 'Put the data into S3 and pass its ARN, and cut down results with ResultSelector, ResultPath or Output.',
  reference:
    'https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#avoid-exec-failures',
  messages: {
    near: 'The largest payload has {payloadBytes} of {limitBytes} (event {eventId}).',
    truncated:
      'The largest payload has {payloadBytes} of {limitBytes} (event {eventId}); CloudWatch Logs gets it cut off.',
    exceeded:
      'The execution failed with States.DataLimitExceeded at event {eventId}: a payload is over {limitBytes}.',
  },
  examples: {
    valid: [
      {
        title: 'a payload of 100 KiB',
        type: 'STANDARD',
        definition: passing,
        get history() {
          return kept(102_400);
        },
        now: after(1),
      },
    ],
    invalid: [
      {
        title: 'a payload of 220 KiB',
        type: 'STANDARD',
        definition: passing,
        get history() {
          return kept(225_280);
        },
        now: after(1),
      },
    ],
  },
  *check({ trace, executionArn }) {
    const { failure, largestPayload } = trace;
    if (failure?.error === 'States.DataLimitExceeded') {
      yield {
        severity: 'high',
        message: 'exceeded',
        data: {
          eventId: failure.eventId,
          payloadBytes: largestPayload?.bytes ?? null,
          limitBytes: PAYLOAD_LIMIT_BYTES,
        },
        evidence: atEvents(executionArn, [failure.eventId]),
        key: 'exceeded',
      };
      return;
    }
    if (largestPayload === undefined || largestPayload.bytes <= NEAR_LIMIT_BYTES) return;
    const truncated = largestPayload.bytes > LOGGED_LIMIT_BYTES;
    yield {
      severity: truncated ? 'medium' : 'low',
      message: truncated ? 'truncated' : 'near',
      data: {
        eventId: largestPayload.eventId,
        payloadBytes: largestPayload.bytes,
        limitBytes: PAYLOAD_LIMIT_BYTES,
      },
      evidence: atEvents(executionArn, [largestPayload.eventId]),
      key: 'near',
    };
  },
};
