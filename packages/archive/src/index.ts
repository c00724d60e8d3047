export {
  blockStart,
  CHUNK_EVENTS,
  type Chunk,
  type ChunkProblem,
  CODECS,
  type Codec,
  type DecodedChunk,
  decodeChunk,
  encodeChunk,
  eventIdOf,
} from './chunk.ts';
export { type Block, cutIntoChunks } from './cut.ts';
