import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventSplitter } from './split-events.ts';

function split(bytes: Uint8Array, size: number) {
  const splitter = createEventSplitter();
  const events: unknown[] = [];
  for (let at = 0; at < bytes.length; at += size)
    events.push(...splitter.take(bytes.subarray(at, at + size)));
  return { events, end: splitter.end() };
}

const listOfEvents = fc.array(
  fc.record({ id: fc.nat(), text: fc.string({ unit: 'grapheme' }), deep: fc.jsonValue() }),
  {
    maxLength: 5,
  },
);
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a text in pieces', () => {
  const forms: Readonly<Record<string, (events: readonly unknown[]) => unknown>> = {
    'an answer of GetExecutionHistory': (events) => ({ nextToken: 'a"}]\\', events }),
    'a bare array': (events) => events,
    'a recorded case': (events) => ({ definition: { States: [{ id: 1 }] }, history: { events }, more: [{}] }),
    'a case with a bare history': (events) => ({ history: events, events: 3 }),
  };
  it.each(Object.entries(forms))('%s: gives its events, and the rest', (_, form) => {
    fc.assert(
      fc.property(listOfEvents, fc.integer({ min: 1, max: 50 }), fc.boolean(), (list, size, isPretty) => {
        const bytes = Buffer.from(JSON.stringify(form(list), null, isPretty ? 2 : 0));
        const { events, end } = split(bytes, size);
        expect(events).toEqual(asJson(list));
        expect(end).toEqual({ ok: true, rest: asJson(form(list.map(() => null))) });
      }),
      { numRuns: 50 },
    );
  });

  it('leaves what is no object where it is', () => {
    const { events, end } = split(Buffer.from('\uFEFF{"events":[1,{"id":1},"x",null]}'), 3);
    expect(events).toEqual([{ id: 1 }]);
    expect(end).toEqual({ ok: true, rest: { events: [1, null, 'x', null] } });
  });
});

it('finds the events that were complete, wherever the text breaks off', () => {
  fc.assert(
    fc.property(listOfEvents, fc.nat(), (list, at) => {
      const bytes = Buffer.from(JSON.stringify({ nextToken: 'x', events: list }));
      const cut = bytes.subarray(0, at % bytes.length);
      const ends = list.map((_, i) => {
        return Buffer.byteLength(JSON.stringify({ nextToken: 'x', events: list.slice(0, i + 1) })) - 2;
      });
      const { events, end } = split(cut, 7);
      expect(events).toEqual(asJson(list.slice(0, ends.filter((one) => one <= cut.length).length)));
      expect(end).toEqual({ ok: false });
    }),
  );
});

it.each(['', '<html>{"events":[{"id":1}]}</html>', '{"events":[{"id":1,}]}', ']]', '{"events":[{]'])(
  '%s is no JSON',
  (text) => {
    expect(split(Buffer.from(text), 4).end.ok).toBe(false);
  },
);
