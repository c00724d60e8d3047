import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { CORPUS } from './recordings.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fields = (value: unknown): Fields => (isFields(value) ? value : {});

/** A JSON text as its value, any other text as it is. */
const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/** Writes `(unknown: …)` of ours over what AWS has there, so that all else is compared. */
const withoutUnknown = (ours: unknown, theirs: unknown): unknown => {
  if (typeof ours === 'string' && ours.startsWith('(unknown: ')) return ours;
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    return theirs.map((item, index) => withoutUnknown(ours[index], item));
  }
  if (!isFields(theirs) || !isFields(ours)) return theirs;
  return Object.fromEntries(
    Object.entries(theirs).map(([key, value]) => [key, withoutUnknown(ours[key], value)]),
  );
};

/** An answer with its JSON texts parsed, so that neither key order nor white space counts. */
const comparable = (response: Fields): unknown => {
  if (response.exception !== undefined) return { exception: fields(response.exception).code };
  const { inspectionData, output, ...rest } = response;
  return {
    ...rest,
    ...(output === undefined ? {} : { output: parsed(output) }),
    ...(isFields(inspectionData)
      ? {
          inspectionData: Object.fromEntries(
            Object.entries(inspectionData).map(([step, value]) => [step, parsed(value)]),
          ),
        }
      : {}),
  };
};

const messageOf = (response: Fields): string => {
  const { message } = fields(response.exception);
  return typeof message === 'string' ? message : '';
};

/** Why no offline answer can be AWS's: derived from the call and AWS's answer, never from a case's name. */
const notImitated = (recorded: Fields, unanswered: string | undefined): string | undefined => {
  if (unanswered !== undefined) return unanswered;
  const message = messageOf(recorded);
  return message.startsWith('Mock result schema validation error')
    ? `refused for the shape of another service's response (${message})`
    : undefined;
};

const folder = join(CORPUS, 'test-state');
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'index.json')
  : [];

describe.skipIf(files.length === 0)('calls of TestState that AWS answered', () => {
  const cases = files.map((file) => {
    const { response, ...call } = fields(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    const inspection = inspect(call);
    return {
      file,
      recorded: fields(response),
      inspection,
      reason: notImitated(fields(response), inspection.unanswered),
    };
  });
  const answered = cases.filter(({ reason }) => reason === undefined);

  test.each(answered)('$file', ({ recorded, inspection }) => {
    const ours = comparable(fields(inspection.response));
    expect(ours).toEqual(withoutUnknown(ours, comparable(recorded)));
  });

  test.each(cases.filter(({ inspection }) => inspection.unanswered !== undefined))(
    'up to its call of a service: $file',
    ({ recorded, inspection }) => {
      const { inspectionData } = fields(comparable(fields(inspection.response)));
      expect(fields(comparable(recorded)).inspectionData ?? {}).toMatchObject(fields(inspectionData));
    },
  );

  test('are counted', () => {
    const others = cases.filter(({ reason }) => reason !== undefined);
    const sameText = answered.filter(
      ({ recorded, inspection }) => messageOf(recorded) === messageOf(fields(inspection.response)),
    );
    console.info(
      [
        `TestState: ${cases.length} calls, ${answered.length} to be answered as AWS did, ${others.length} not imitated; texts of refusals equal in ${sameText.length}`,
        ...others.map(({ file, reason }) => `  ${file}: ${reason}`),
      ].join('\n'),
    );
    expect(cases.length).toBeGreaterThan(0);
    for (const { recorded, inspection } of answered) {
      const isRefused = 'exception' in inspection.response;
      expect(isRefused).toBe(recorded.exception !== undefined);
    }
  });
});
