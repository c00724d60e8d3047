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
  LONGEST_BLOCK,
  PART_EVENTS,
  partStart,
  readChunkText,
} from './chunk.ts';
export { type Block, cutIntoBlocks, cutIntoParts, encodeBlock, textLengthOf } from './cut.ts';
export { type Damage, describeRange } from './damage.ts';
export {
  type ExportEnd,
  type ExportedStateMachine,
  type ExportLine,
  isExport,
  type ReadLine,
  readExportLine,
  writeDefinition,
  writeEvents,
  writeExecution,
  writeExportEnd,
  writeExportStart,
  writeStateMachine,
} from './export-line.ts';
export {
  digestOf,
  readExecutionStatement,
  readSealedExecution,
  SEALED_MEMBERS,
  type SealedChunk,
  type SealedExecution,
  stateDefinition,
  stateExecution,
  stateRemoval,
} from './statement.ts';
