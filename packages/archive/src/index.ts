export { appendToChain, CHAIN_START, type ChainedEntry, checkLink } from './chain.ts';
export { checkBody, checkGrowth } from './check-body.ts';
export { checkExecution, hasGoneOn } from './check-execution.ts';
export {
  blockStart,
  CHUNK_EVENTS,
  type Chunk,
  CODECS,
  type Codec,
  decodeChunk,
  encodeChunk,
  eventIdOf,
  LONGEST_BLOCK,
  PART_EVENTS,
  partStart,
  readChunkText,
} from './chunk.ts';
export { type Block, cutIntoBlocks, cutIntoParts, encodeBlock, textLengthOf } from './cut.ts';
export type { Damage } from './damage.ts';
export {
  type ExportedStateMachine,
  type ExportLine,
  isExport,
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
  type SealedChunk,
  type SealedExecution,
  stateDefinition,
  stateExecution,
  stateRemoval,
} from './statement.ts';
