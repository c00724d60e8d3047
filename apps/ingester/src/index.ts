export { adoptChildren } from './adopt-children.ts';
export { applyRetention } from './apply-retention.ts';
export type { IngestContext, IngestReport, ProgressEvent } from './context.ts';
export {
  type ExportCursor,
  type ExportOptions,
  type ExportReport,
  exportArchive,
  isOwnCursor,
} from './export-archive.ts';
export { type FileLine, importExport } from './import-export.ts';
export { type DescribedExecution, importHistory } from './import-history.ts';
export type { ImportCounts, Importing } from './import-ledger.ts';
export { ingestOnce, runIngester } from './ingest.ts';
export { type ArchivePlan, planArchive } from './plan-archive.ts';
export { type RebuildOptions, rebuildExecutions } from './rejudge.ts';
export { sealArchive } from './seal-archive.ts';
export { closeBudgets, shareBudgets } from './share-budgets.ts';
export { type Survey, surveyAccount } from './survey-account.ts';
export { type VerifyOptions, type VerifyReport, verifyArchive, verifyExecution } from './verify-archive.ts';
export type { FoundDamage } from './verify-sealed.ts';
