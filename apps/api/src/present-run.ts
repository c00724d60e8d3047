import { z } from '@hono/zod-openapi';
import type { RunRow } from '@steptrail/store';

const JsonObject = z.record(z.string(), z.unknown()).catch({});

/** A run of the ingester; source and progress as the ingester wrote them. */
export function presentRun(run: RunRow) {
  return { ...run, source: JsonObject.parse(run.source), progress: JsonObject.parse(run.progress) };
}
