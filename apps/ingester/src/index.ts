export { adoptChildren } from './adopt-children.ts';
export { applyRetention, type Retained } from './apply-retention.ts';
export type {
  IngestContext,
  IngestReport,
  ProgressEvent,
  SourceFacts,
} from './context.ts';
export { deliverAlerts } from './deliver-alerts.ts';
export {
  type ExportCursor,
  type ExportOptions,
  type ExportReport,
  exportArchive,
  isOwnCursor,
} from './export-archive.ts';
export { type FileLine, importExport } from './import-export.ts';
export { type DescribedExecution, type GivenHistory, importHistory } from './import-history.ts';
export type { ImportCounts, Importing, ImportOutcome, ImportProblem } from './import-ledger.ts';
export { type IngesterOptions, ingestOnce, runIngester } from './ingest.ts';
export {
  type ArchivePlan,
  EVENTS_A_CALL,
  LISTED_A_CALL,
  type PlannedCalls,
  type PlannedMachine,
  planArchive,
} from './plan-archive.ts';
export { type RebuildOptions, rebuildExecutions, rejudge } from './rejudge.ts';
export { sealArchive } from './seal-archive.ts';
export { closeBudgets, createSharedBudget, shareBudgets } from './share-budgets.ts';
export { type Survey, type SurveyOptions, surveyAccount } from './survey-account.ts';
export { type VerifyOptions, type VerifyReport, verifyArchive, verifyExecution } from './verify-archive.ts';
export type { FoundDamage } from './verify-sealed.ts';
