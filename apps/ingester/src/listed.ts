import type { ListedExecution } from '@steptrail/aws';

/** A row of ListExecutions as a task keeps it. */
export type ListedFacts = Omit<ListedExecution, 'startDate'> & { readonly startDate: Date };

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function date(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** Reads a task's row back; undefined where it is none. */
export function readListed(value: unknown): ListedFacts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const row: Readonly<Record<string, unknown>> = { ...value };
  const executionArn = text(row.executionArn);
  const stateMachineArn = text(row.stateMachineArn);
  const startDate = date(row.startDate);
  if (executionArn === undefined || stateMachineArn === undefined || startDate === undefined)
    return undefined;
  return {
    executionArn,
    stateMachineArn,
    startDate,
    name: text(row.name) ?? executionArn,
    status: text(row.status) ?? 'RUNNING',
    stopDate: date(row.stopDate),
    redriveCount: typeof row.redriveCount === 'number' ? row.redriveCount : 0,
    redriveDate: date(row.redriveDate),
    mapRunArn: text(row.mapRunArn),
    stateMachineVersionArn: text(row.stateMachineVersionArn),
    stateMachineAliasArn: text(row.stateMachineAliasArn),
  };
}
