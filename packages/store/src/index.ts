export {
  type ActivityListRow,
  type ActivityRow,
  type ActivityUse,
  findActivities,
  listActivities,
  markActivitiesGone,
  replaceActivityUses,
  saveActivity,
} from './activities.ts';
export {
  type AlertRow,
  claimDueAlerts,
  enqueueAlerts,
  listAlerts,
  markDelivered,
  markFailed,
  type NewAlert,
} from './alerts.ts';
export {
  listChunks,
  readChunks,
  readChunksOf,
  readCodec,
  removeChunks,
  saveChunks,
} from './chunks.ts';
export {
  type CoverageRow,
  type CoverageTotals,
  countMissing,
  listCoverage,
  saveReconciledDays,
} from './coverage.ts';
export { checkDatabase, connect, describeDatabaseUrl } from './database.ts';
export { describeDatabaseError, isConnectionLoss } from './database-error.ts';
export { type DefinitionRow, findRevisionDefinition, readDefinition, saveDefinition } from './definitions.ts';
export { distributeTables, findMissingOfCluster, findObstacles } from './distribute.ts';
export { attachEmbeddedPostgres, startEmbeddedPostgres } from './embedded/start-embedded.ts';
export { ensureDatabase } from './ensure-database.ts';
export type { ExecutionFilter } from './execution-conditions.ts';
export {
  adoptExecutionId,
  executionIdFor,
  findExecutionId,
  findExecutionIds,
  rememberExecutionId,
  timeOfExecutionId,
} from './execution-ids.ts';
export { listLinks, type NewExecutionLink, replaceLinks } from './execution-links.ts';
export { type ExecutionListRow, listChildExecutions, listExecutions } from './execution-list.ts';
export { type ExecutionLook, forgetLooks, noteLook, readLooks } from './execution-looks.ts';
export {
  countExecutionsByDay,
  type DefinitionAssumed,
  type ExecutionRow,
  type ExecutionWithReplay,
  forgetExecution,
  listRefusedDefinitions,
  type NewExecution,
  readExecution,
  saveExecution,
} from './executions.ts';
export { addFailures, listTopErrors, type NewFailure, replaceFailures } from './failures.ts';
export { listFindings } from './finding-list.ts';
export {
  FINDING_SEVERITIES,
  type FindingChanges,
  type FindingRow,
  type FindingSeverity,
  type NewFinding,
  readFinding,
  syncFindings,
} from './findings.ts';
export {
  type ImportConflict,
  type ImportConflictRow,
  keepConflict,
  listConflicting,
  listConflicts,
} from './import-conflicts.ts';
export { readCursor, saveCursor, someCursorHas } from './ingest-cursors.ts';
export {
  clearProblem,
  listProblems,
  type ProblemRow,
  readProblem,
  reportProblem,
} from './ingest-problems.ts';
export { finishRun, type RunRow, readLatestRun, startRun, updateRun } from './ingest-runs.ts';
export {
  claimTask,
  countTasks,
  deferTask,
  enqueueTasks,
  findLatestWaiting,
  findWaiting,
  finishTask,
  hurryTasks,
  type IngestTaskRow,
  listWaitingMonths,
  type NewIngestTask,
  postponeTask,
  type TaskScope,
} from './ingest-tasks.ts';
export { findKnown, findRemoved, type KnownExecution, listOpen } from './known-executions.ts';
export { findListedMapRun, noteListedChildren } from './listed-children.ts';
export {
  countChildren,
  hurryMapRuns,
  listChildrenApart,
  listMapRunsOf,
  listOrphaningMapRuns,
  type MapRunRow,
  type MapRunWithDefinition,
  type NotedMapRun,
  noteMapRuns,
  readMapRun,
  settleMapRun,
  takeDueMapRun,
} from './map-runs.ts';
export { migrate } from './migrate.ts';
export { type Overview, readOverview } from './overview.ts';
export { ensurePartitions } from './partitions.ts';
export {
  giveBackQuota,
  isSlowed,
  listQuotaBuckets,
  type QuotaKey,
  type QuotaSize,
  slowDownQuota,
  takeQuota,
} from './quota-buckets.ts';
export {
  listDueRechecks,
  listNeverReplayed,
  listStaleReplays,
  type NewReplay,
  type RecheckDue,
  saveReplay,
} from './replays.ts';
export {
  type AppliedPolicy,
  dropEmptyMonths,
  listAppliedPolicies,
  listHolds,
  listRetention,
  placeHold,
  releaseHold,
  removeExpired,
  removeRetention,
  setRetention,
} from './retention.ts';
export { listRevisionSpans, listRevisions, type RevisionRow, saveRevision } from './revisions.ts';
export {
  appendSeals,
  countUnsealed,
  listLastSeals,
  listSealDue,
  listSeals,
  listUnsealed,
  lockSealHead,
  makeSealDue,
  readChainAt,
  readLastSeal,
  readSealable,
  readSealHead,
  readSealsOf,
  type SealableExecution,
  type SealRow,
  takeSealDue,
} from './seals.ts';
export { type NewSearchValue, replaceSearchValues } from './search-values.ts';
export { listLogGroupsSince, listSightings, noteSighting, type SightingRow } from './sightings.ts';
export type { Client, Sql } from './sql.ts';
export {
  listStateMachines,
  markGone,
  readStateMachine,
  type StateMachineRow,
  saveStateMachine,
} from './state-machines.ts';
export { StoreError } from './store-error.ts';
export {
  type AliasRow,
  listAliases,
  listVersions,
  markAliasesGone,
  markVersionsGone,
  saveAlias,
  saveVersion,
  type VersionRow,
} from './versions.ts';
export { listVisits, type NewVisit, replaceVisits } from './visits.ts';
