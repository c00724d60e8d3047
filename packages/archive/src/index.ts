export {
  appendToChain,
  CHAIN_START,
  type ChainedEntry,
  chainAfter,
  checkLink,
  type SealEntry,
  type SealKind,
} from './chain.ts';
export { checkBody, checkGrowth } from './check-body.ts';
export { checkExecution, hasGoneOn } from './check-execution.ts';
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
export { type Damage, describeRange } from './damage.ts';
export {
  digestOf,
  readExecutionStatement,
  SEALED_MEMBERS,
  type SealedChunk,
  type SealedExecution,
  stateDefinition,
  stateExecution,
  stateRemoval,
} from './statement.ts';
