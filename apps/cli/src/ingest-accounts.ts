import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '@steptrail/aws';
import { closeBudgets, type IngestReport, ingestOnce, runIngester } from '@steptrail/ingester';
import {
  type ChosenSource,
  isSamePlace,
  type OpenedAccounts,
  openEntry,
  type UnopenedSource,
} from './choose-source.ts';
import { type IngestSettings, ingestContextOf } from './ingest-context.ts';
import type { OpenDatabase } from './open-database.ts';
import type { ProgressReporter } from './report-progress.ts';
import { UsageError } from './usage-error.ts';
import { writeNote } from './write-output.ts';

/** What the ingests of several accounts have in common. */
export interface AccountsRun {
  readonly database: OpenDatabase;
  readonly settings: IngestSettings;
  readonly dashboardUrl: string;
  readonly signal: AbortSignal;
  /** Told what happens, and of which source where there are several. */
  readonly report: ProgressReporter['report'];
  readonly several: boolean;
}

/** Lets so many in at a time. */
type Turns = <T>(run: () => Promise<T>) => Promise<T>;

function createTurns(most: number): Turns {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

function nameOf({ accountId, region }: ChosenSource): string {
  return `Account ${accountId}, ${region}`;
}

function contextOf(run: AccountsRun, source: ChosenSource) {
  return ingestContextOf(run.database, source, run.settings, {
    dashboardUrl: run.dashboardUrl,
    signal: run.signal,
    onProgress: (event) => run.report(event, run.several ? nameOf(source) : undefined),
  });
}

/** What became of one source: its report, or why it has none. */
export type SourceOutcome =
  | { readonly report: IngestReport }
  | { readonly name: string; readonly failure: string };

/**
 * Brings all sources up to the present, once, several at a time. A failure of one is an outcome and the others go on;
 * only a failure of the single one, and an abort, are thrown.
 */
export async function ingestAccountsOnce(
  run: AccountsRun,
  { sources, unopened }: OpenedAccounts,
): Promise<readonly SourceOutcome[]> {
  const inTurn = createTurns(run.settings.parallel);
  const outcomes = await Promise.all(
    sources.map((source) =>
      inTurn(async (): Promise<SourceOutcome> => {
        const context = contextOf(run, source);
        try {
          return { report: await ingestOnce(context) };
        } catch (error) {
          run.signal.throwIfAborted();
          if (sources.length + unopened.length === 1 || !(error instanceof Error)) throw error;
          return { name: nameOf(source), failure: error.message };
        } finally {
          await closeBudgets(context.clients).catch(() => undefined);
        }
      }),
    ),
  );
  return [...outcomes, ...unopened.map(({ entry, failure }) => ({ name: entry.name, failure }))];
}

/**
 * Ingests from all sources again and again until the signal, several at a time. What could not be opened is tried
 * again at every poll.
 * @param onOpened told of a source that could be opened after all
 */
export async function ingestAccounts(
  run: AccountsRun,
  { sources, unopened }: OpenedAccounts,
  onOpened: (source: ChosenSource) => void = () => {},
): Promise<void> {
  const inTurn = createTurns(run.settings.parallel);
  const takeUpInTurn = createTurns(run.settings.queues);
  const opened = [...sources];
  const ingest = async (source: ChosenSource) => {
    const context = contextOf(run, source);
    try {
      await runIngester(context, {
        pollMilliseconds: run.settings.pollMilliseconds,
        inTurn,
        takeUpInTurn,
      });
    } finally {
      await closeBudgets(context.clients).catch(() => undefined);
    }
  };
  const late = unopened.map(async ({ entry }) => {
    const source = await openLater(run, entry);
    if (source === undefined) return;
    try {
      if (opened.some((other) => isSamePlace(other, source))) return;
      opened.push(source);
      onOpened(source);
      await ingest(source);
    } finally {
      await source.close();
    }
  });
  await Promise.all([...sources.map(ingest), ...late]);
}

/** Tries until it can be opened, or the signal. */
async function openLater(
  { signal, settings }: AccountsRun,
  entry: UnopenedSource['entry'],
): Promise<ChosenSource | undefined> {
  let told: string | undefined;
  while (!signal.aborted) {
    try {
      await sleep(settings.pollMilliseconds, undefined, { signal });
    } catch {
      return undefined;
    }
    try {
      return await openEntry(entry, true);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof AwsError)) throw error;
      if (error.message !== told) writeNote(error.message);
      told = error.message;
    }
  }
  return undefined;
}
