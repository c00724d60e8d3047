import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockStart, type Chunk, CODECS, decodeChunk, encodeChunk, LONGEST_BLOCK } from './chunk.ts';
import { cutIntoBlocks, encodeBlock } from './cut.ts';

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

  it('counts bytes, and reads ids that are texts', () => {
    const raw = [{ id: '1001', x: 'é' }];
    const chunk = encodeChunk(raw, CODECS.logRecords);
    expect(chunk).toMatchObject({ firstEventId: 1001, lastEventId: 1001, rawBytes: 24 });
    expect(decodeChunk(chunk)).toEqual({ ok: true, rawEvents: raw });
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

describe('cutIntoBlocks', () => {
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
    const blocks = cutIntoBlocks(events(2001));
    expect(blocks.map((b) => [b.firstEventId, b.rawEvents.length])).toEqual([
      [1, 1000],
      [1001, 1000],
      [2001, 1],
    ]);
  });

  it('keeps two different events of one id, and entries without an id behind the entry they followed', () => {
    const other = event(2, { type: 'PassStateExited' });
    const raw = [event(1), 'no event', event(2), other, event(2), 'no event'];
    expect(cutIntoBlocks(raw)).toEqual([
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
          expect(cutIntoBlocks(shuffled)).toEqual(cutIntoBlocks(all));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('encodeBlock', () => {
  const large = (id: number, length: number) => event(id, { details: { input: 'x'.repeat(length) } });
  const chunksOf = (rawEvents: readonly unknown[], isLong?: boolean) => [
    ...encodeBlock({ firstEventId: 1001, rawEvents }, CODECS.historyEvents, isLong),
  ];
  const idsOf = (chunks: readonly Chunk[]) =>
    chunks.map(({ firstEventId, lastEventId, events: count }) => [firstEventId, lastEventId, count]);

  it('gives one chunk where the JSON is short, one a part where it is long', () => {
    const rest = JSON.stringify([large(1001, 0), event(1026), event(2000)]).length;
    const fits = [large(1001, LONGEST_BLOCK - rest), event(1026), event(2000)];
    expect(idsOf(chunksOf(fits))).toEqual([[1001, 2000, 3]]);
    const longer = [large(1001, LONGEST_BLOCK - rest + 1), event(1026), event(2000)];
    const parts = [
      [1001, 1001, 1],
      [1026, 1026, 1],
      [1976, 2000, 1],
    ];
    expect(idsOf(chunksOf(longer))).toEqual(parts);
    expect(chunksOf(longer).flatMap((chunk) => decodeChunk(chunk))).toEqual(
      longer.map((raw) => ({ ok: true, rawEvents: [raw] })),
    );
    expect(idsOf(chunksOf([event(1001), event(1026), event(2000)], true))).toEqual(parts);
  });

  it('counts bytes, not characters', () => {
    const raw = [event(1001, { details: { input: 'é'.repeat(LONGEST_BLOCK / 2) } }), event(1999)];
    expect(idsOf(chunksOf(raw))).toEqual([
      [1001, 1001, 1],
      [1976, 1999, 1],
    ]);
  });

  it('leaves entries without an id behind the entry they followed', () => {
    const chunks = chunksOf([event(1025), 'no event', event(1026)], true);
    expect(idsOf(chunks)).toEqual([
      [1001, 1025, 2],
      [1026, 1026, 1],
    ]);
  });
});
