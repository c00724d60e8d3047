import fc from 'fast-check';
import { expect, it } from 'vitest';
import { salvageObjects } from './cut-json.ts';

it('finds the objects that were complete, wherever the text breaks off', () => {
  const events = fc.array(fc.record({ id: fc.nat(), text: fc.string(), deep: fc.jsonValue() }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(events, fc.nat(), (list, at) => {
      const text = JSON.stringify({ nextToken: 'x', events: list });
      const cut = text.slice(0, at % (text.length + 1));
      const found = salvageObjects(cut, 'events');
      const ends = list.map(
        (_, i) => JSON.stringify({ nextToken: 'x', events: list.slice(0, i + 1) }).length - 2,
      );
      expect(JSON.stringify(found)).toBe(
        JSON.stringify(list.slice(0, ends.filter((end) => end <= cut.length).length)),
      );
    }),
  );
});
