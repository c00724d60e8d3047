import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPayloadSharing } from './share-payloads.ts';
import { LOOP, loopHistory, START } from './testing/events.ts';

it('leaves every event as it was', () => {
  const text = fc.constantFrom('', 'short', 'a'.repeat(200), 'b'.repeat(200), LOOP);
  const events = fc.array(
    fc.oneof(fc.jsonValue(), fc.record({ id: fc.nat(), details: fc.record({ input: text, output: text }) })),
  );
  fc.assert(
    fc.property(events, (given) => {
      const before = structuredClone(given);
      const share = createPayloadSharing();
      share(given);
      share(given);
      expect(given).toEqual(before);
    }),
  );
  const history = structuredClone(loopHistory(START, 20));
  createPayloadSharing()(history);
  expect(history).toEqual(loopHistory(START, 20));
});
