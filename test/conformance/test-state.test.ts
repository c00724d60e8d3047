import { describe, expect, test } from 'vitest';
import { comparable, fields, inspectCalls, messageOf, withoutUnknown } from './test-state.ts';

const cases = inspectCalls();

describe.skipIf(cases.length === 0)('calls of TestState that AWS answered', () => {
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
