import { encodeChunk, eventIdOf } from '@steptrail/archive';
import { keepConflict, reportProblem, type Sql } from '@steptrail/store';

/** What a file says of an archived execution otherwise: events of one chunk, or a statement (`firstEventId` 0). */
export interface Evidence {
  readonly executionArn: string;
  readonly firstEventId: number;
  readonly content: readonly unknown[];
  /** File and line. */
  readonly origin: string;
}

const MOST_NAMED = 3;

/** Keeps what a file says otherwise than the archive, and reports it. Gives the sentence. */
export async function keepEvidence(sql: Sql, evidence: Evidence): Promise<string> {
  const { executionArn, firstEventId, content, origin } = evidence;
  const what = firstEventId === 0 ? 'facts about the execution' : describeIds(content);
  const message = `${executionArn} conflicts with the archive in ${what}: the archive stays as it is, and what the file says is kept as evidence, on the page of the execution and for \`steptrail verify\`.`;
  const { sha256, body } = encodeChunk(content, 1);
  await keepConflict(sql, { executionArn, firstEventId, sha256, body, origin, message });
  await reportProblem(sql, { subject: `import ${executionArn}`, code: 'ImportConflict', message });
  return message;
}

function describeIds(content: readonly unknown[]): string {
  const ids = [...new Set(content.flatMap((raw) => eventIdOf(raw) ?? []))];
  const named = ids.slice(0, MOST_NAMED).join(', ');
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : '';
  return `${ids.length === 1 ? 'event' : 'events'} ${named}${more}`;
}
