import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockStart, CODECS, decodeChunk, encodeChunk } from './chunk.ts';
import { cutIntoChunks } from './cut.ts';

const event = (id: number, more: object = {}) => ({
  id,
  type: 'PassStateEntered',
  timestamp: 1.5 + id,
  ...more,
});
const events = (count: number) => Array.from({ length: count }, (_, i) => event(i + 1));

describe('a chunk', () => {
  it('gives back what it was made of, and knows its bounds and size', () => {
    const raw = events(3);
    const chunk = encodeChunk(raw, CODECS.historyEvents);
    expect(chunk).toMatchObject({ firstEventId: 1, lastEventId: 3, events: 3, codec: 1 });
    expect(chunk.rawBytes).toBe(Buffer.byteLength(JSON.stringify(raw)));
    expect(decodeChunk(chunk)).toEqual({ ok: true, rawEvents: raw });
  });

  it('keeps a text as it is', () => {
    const text = '[ {"id": "1001", "x": "é"} ]';
    const chunk = encodeChunk(text, CODECS.logRecords);
    expect(chunk).toMatchObject({ firstEventId: 1001, lastEventId: 1001, rawBytes: Buffer.byteLength(text) });
    expect(decodeChunk(chunk)).toEqual({ ok: true, rawEvents: [{ id: '1001', x: 'é' }] });
  });

  const chunk = encodeChunk(events(2), CODECS.historyEvents);
  const bytes = Buffer.from('{}');
  const noArray = { ...chunk, body: gzipSync(bytes), sha256: createHash('sha256').update(bytes).digest() };
  it.each([
    ['unknown codec', { ...chunk, codec: 9 }],
    ['not decompressible', { ...chunk, body: Buffer.from('gone') }],
    ['digest differs', { ...chunk, body: encodeChunk(events(1), 1).body }],
    ['not JSON', noArray],
  ] as const)('says when it is damaged: %s', (code, damaged) => {
    const decoded = decodeChunk(damaged);
    expect(decoded).toMatchObject({ ok: false, problem: { code } });
    expect(decoded.ok || decoded.problem.message).toContain('events 1 to 2');
  });
});

describe('cutIntoChunks', () => {
  it.each([
    [1, 1],
    [1000, 1],
    [1001, 1001],
    [2000, 1001],
    [25_000, 24_001],
  ])('event %i lies in the block that begins at %i', (id, start) => {
    expect(blockStart(id)).toBe(start);
  });

  it('cuts at 1, 1001, 2001 …', () => {
    const blocks = cutIntoChunks(events(2001));
    expect(blocks.map((b) => [b.firstEventId, b.rawEvents.length])).toEqual([
      [1, 1000],
      [1001, 1000],
      [2001, 1],
    ]);
  });

  it('keeps two different events of one id, and entries without an id behind the entry they followed', () => {
    const other = event(2, { type: 'PassStateExited' });
    const raw = [event(1), 'no event', event(2), other, event(2), 'no event'];
    expect(cutIntoChunks(raw)).toEqual([
      { firstEventId: 1, rawEvents: [event(1), 'no event', event(2), other, 'no event'] },
    ]);
  });

  it('does not depend on order, pages or doubles', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2500 }),
        fc.array(fc.nat(2499), { maxLength: 50 }),
        (count, doubled) => {
          const all = events(count);
          const shuffled = [...doubled.flatMap((i) => all[i] ?? []), ...all.toReversed()];
          expect(cutIntoChunks(shuffled)).toEqual(cutIntoChunks(all));
        },
      ),
      { numRuns: 30 },
    );
  });
});
