import { AwsError, RETENTION_DAYS } from '@steptrail/aws';
import { type ArchivePlan, planArchive, type Survey, surveyAccount } from '@steptrail/ingester';
import { formatDuration } from '@steptrail/rules';
import type { Command } from 'commander';
import { type ChosenSource, chooseAccounts, openAccounts } from '../choose-source.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { helpNote } from '../help-note.ts';
import { readLimit } from '../option-values.ts';
import { signalOfProcess } from '../run-until-signal.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface PlanOptions {
  readonly lists: number;
  readonly sample: number;
  readonly json?: true;
}

/** Every so many calls a line says how far it is. */
const LINE_EVERY = 25;

interface Planned {
  readonly source: ChosenSource;
  readonly survey: Survey;
  readonly plan: ArchivePlan;
  readonly retentionDays: number;
}

async function planSource(source: ChosenSource, options: PlanOptions, signal: AbortSignal): Promise<Planned> {
  const retentionDays = source.retentionDays ?? RETENTION_DAYS;
  const survey = await surveyAccount(source.clients, {
    ...options,
    signal,
    onProgress: ({ lists, histories }) => {
      if ((lists + histories) % LINE_EVERY !== 0) return;
      writeNote(
        `${nameOf(source)}: ${lists} pages of executions listed, ${histories} histories measured so far.`,
      );
    },
  });
  const plan = planArchive(survey, { quotas: source.quotas, retentionDays, now: Date.now() });
  return { source, survey, plan, retentionDays };
}

function nameOf({ accountId, region }: ChosenSource): string {
  return `Account ${accountId ?? 'unknown'}, ${region}`;
}

function writeText({ source, survey, plan, retentionDays }: Planned): void {
  const { machines, expressMachines, estimatedMachines, listed, sampled, logGroups } = survey;
  const whole = estimatedMachines === 0;
  writeLine(`${nameOf(source)}${source.endpoint === undefined ? '' : ` at ${source.endpoint}`}`);
  writeLine(
    `  ${machines.length} Standard state machines with ${whole ? '' : 'about '}${plan.executions} executions and about ${plan.events} events; ${expressMachines} Express.`,
  );
  writeLine(`  ${describeChildren(survey, plan)}`);
  writeLine(`  ${describeLogs(logGroups)}`);
  writeLine(
    whole
      ? `  All executions were listed; the length of histories is that of ${sampled} sampled ones.`
      : `  ${listed} executions were listed and ${sampled} histories measured; ${estimatedMachines} state machines were listed in part or not at all, what they hold is an estimate (--lists looks at more).`,
  );
  const width = Math.max(...plan.calls.map(({ operation }) => operation.length));
  for (const { operation, calls, size, perSecond, seconds } of plan.calls) {
    const quota = size === undefined ? 'no quota' : `${size} at once, then ${perSecond} a second`;
    writeLine(
      `  ${operation.padEnd(width)}  ${String(calls).padStart(9)} calls  ${formatDuration(seconds).padStart(18)}  (${quota})`,
    );
  }
  writeLine(
    source.quotas === undefined
      ? '  No quotas hold at this endpoint: it takes as long as the server needs.'
      : `  A first full archive takes ${formatDuration(plan.seconds)} under these quotas; a day's new executions take ${(plan.shareOfNewExecutions * 100).toFixed(1)} % of GetExecutionHistory afterwards.`,
  );
  writeLine(
    plan.wouldExpire === 0
      ? `  Nothing expires before it is reached (AWS keeps executions for ${retentionDays} days; the oldest go first).`
      : `  About ${plan.wouldExpire} executions expire before they are reached (AWS keeps them for ${retentionDays} days): start at once, raise quotaShare, or ask AWS for a larger quota.`,
  );
  if (plan.logBytesWouldExpire > 0) {
    writeLine(
      `  About ${describeBytes(plan.logBytesWouldExpire)} of Express logs expire before they are read: let CloudWatch keep those log groups for longer.`,
    );
  }
}

function describeChildren({ sampledForMapRuns }: Survey, { mapRuns, childExecutions }: ArchivePlan): string {
  if (sampledForMapRuns === 0) return 'No state machine was found whose Map Runs start Standard executions.';
  return `Child executions: about ${childExecutions} of about ${mapRuns} Map Runs, after those of ${sampledForMapRuns} sampled executions; they are in the calls below.`;
}

function describeLogs(logGroups: Survey['logGroups']): string {
  if (logGroups.length === 0) return 'Express logs: none that a logging configuration names.';
  const bytes = logGroups.reduce((sum, group) => sum + group.bytes, 0);
  const sampled = logGroups.filter(({ basis }) => basis === 'last day').length;
  const groups = logGroups.length === 1 ? '1 log group' : `${logGroups.length} log groups`;
  const basis =
    sampled === 0
      ? 'by the bytes that CloudWatch stores'
      : sampled === logGroups.length
        ? "by a page of the last day's records, for CloudWatch does not say what it stores"
        : `by the bytes that CloudWatch stores, and for ${sampled} of them by a page of the last day's records`;
  return `Express logs: about ${describeBytes(bytes)} in ${groups}, ${basis}.`;
}

function describeBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${Math.round(bytes / 1000 ** power)} ${units[power]}`;
}

function writeJson({ source, survey, plan, retentionDays }: Planned): void {
  const { accountId, region, endpoint } = source;
  const { machines, expressMachines, listed, sampled, estimatedMachines, problems } = survey;
  const { sampledForMapRuns, logGroups } = survey;
  writeLine(
    JSON.stringify({
      accountId,
      region,
      endpoint,
      retentionDays,
      stateMachines: machines.length,
      expressStateMachines: expressMachines,
      ...plan,
      estimated: estimatedMachines > 0,
      listed,
      sampled,
      sampledForMapRuns,
      logGroups,
      estimatedStateMachines: estimatedMachines,
      problems,
    }),
  );
}

async function runPlan(options: PlanOptions): Promise<void> {
  const file = readConfigurationFile(process.env);
  const signal = signalOfProcess();
  const accounts = await chooseAccounts(process.env, file);
  const { sources, unopened } = await openAccounts(accounts);
  const failed = (sentence: string) => {
    writeNote(sentence);
    process.exitCode = 1;
  };
  for (const { failure } of unopened) failed(failure);
  try {
    await Promise.all(
      sources.map(async (source) => {
        try {
          const planned = await planSource(source, options, signal);
          if (options.json) writeJson(planned);
          else writeText(planned);
          for (const problem of planned.survey.problems) failed(`${nameOf(source)}: ${problem}`);
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          failed(`${nameOf(source)}: ${error.message}`);
        }
      }),
    );
  } finally {
    for (const source of sources) await source.close();
  }
}

/** Adds `steptrail plan`. */
export function addPlan(program: Command): void {
  program
    .command('plan')
    .description(
      'how many calls and how long a first full archive takes under the quotas, and what would expire before',
    )
    .option(
      '--lists <pages>',
      'pages of ListExecutions to read at most, in each account and Region',
      readLimit,
      200,
    )
    .option('--sample <executions>', 'histories to measure at most, one call each', readLimit, 50)
    .option('--json', 'one object a line, for each account and Region')
    .addHelpText(
      'after',
      helpNote(
        'It only reads, and keeps to the quotas itself. What was not listed or measured is estimated, and said to be.',
        'Exit code: 0 all was looked at, 1 something could not be, 2 wrong usage or configuration.',
      ),
    )
    .action(runPlan);
}
