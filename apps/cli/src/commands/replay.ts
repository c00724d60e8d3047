import { type Json, parse, parseValue, type StateMachine, type WorkflowType } from '@steptrail/asl';
import type { LogLevel } from '@steptrail/history';
import {
  type Bound,
  type ReplayOptions as Circumstances,
  compile,
  type Pending,
  replay,
  type Trace,
} from '@steptrail/interpreter';
import type { Command } from 'commander';
import { Option } from 'commander';
import { helpNote } from '../help-note.ts';
import { readDefinitionFile } from '../read-definition-file.ts';
import { findInputFiles, parseJson, readText } from '../read-input.ts';
import { type HistoryToReplay, readLargeHistory } from '../read-large-history.ts';
import { readLoggedHistories, readRecordedHistories } from '../read-recorded-history.ts';
import { UsageError } from '../usage-error.ts';
import { describeTrace } from '../verdict/describe-trace.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface ReplayOptions {
  readonly definition?: string;
  readonly type?: WorkflowType;
  readonly logLevel?: LogLevel;
  readonly processorOf?: string;
  readonly json?: true;
}

function isoTime(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : new Date(epochMs).toISOString();
}

function boundRow({ source, at, pointer }: Bound) {
  return { source, at: isoTime(at), pointer };
}

function pendingRow(pending: Pending) {
  const { state, waitsFor, since, until, bound, laterBounds, eventId, path } = pending;
  return {
    state: state ?? null,
    waitsFor,
    since: isoTime(since),
    until: isoTime(until),
    bound: bound.source,
    eventId,
    path,
    bounds: [bound, ...laterBounds].map(boundRow),
    resource: pending.resource,
    childExecutionArn: pending.childExecutionArn,
    children: pending.children,
  };
}

/** The line that `--json` prints for one history: architecture section 6. */
function traceRow(file: string, executionArn: string | undefined, trace: Trace) {
  return {
    file,
    ...(executionArn === undefined ? {} : { executionArn }),
    status: trace.status,
    events: trace.events,
    agrees: trace.agrees,
    unverifiable: trace.unverifiable.length,
    divergences: trace.divergences.map(({ eventId, state, expected, recorded, why, kind }) => ({
      eventId,
      state: state ?? null,
      expected,
      recorded,
      why,
      kind,
    })),
    pending: trace.pending.map(pendingRow),
    unverifiableReasons: trace.unverifiable,
    ...(trace.failure === undefined ? {} : { failure: trace.failure }),
    loops: trace.loops,
    mapItems: trace.mapItems,
    taken: trace.taken,
  };
}

function parseDefinition(given: unknown, type: WorkflowType, where: string): StateMachine {
  const how = { type, created: true };
  const parsed = typeof given === 'string' ? parse(given, how) : parseValue(given, how);
  if (parsed.ok) return parsed.machine;
  const first = parsed.problems.find(({ severity }) => severity === 'error');
  throw new UsageError(
    `${where}: the definition is not valid (${first?.pointer ?? ''}: ${first?.message ?? 'unknown problem'}); run \`steptrail lint\` on it to see every problem.`,
  );
}

function readHistoryFile(file: string): readonly HistoryToReplay[] | undefined {
  const large = readLargeHistory(file);
  if (large !== undefined) return [large];
  const text = readText(file);
  if (!text.ok) throw new UsageError(text.message);
  const json = parseJson(file, text.text);
  if (json.ok) return readRecordedHistories(json.value);
  const logged = readLoggedHistories(text.text);
  if (logged === undefined) throw new UsageError(json.message);
  return logged;
}

/** What is known of one history beside its events. */
function circumstancesOf(
  recorded: HistoryToReplay,
  type: WorkflowType,
  options: ReplayOptions,
): Circumstances {
  const { executionArn, stateMachineArn, standIns, logLevel, input, status } = recorded;
  const known = input === undefined ? undefined : parseJson('the input', input);
  return {
    type,
    executionArn,
    stateMachineArn,
    standIns,
    status,
    ...(logLevel === undefined ? {} : { logged: true, logLevel: options.logLevel ?? logLevel }),
    ...(known?.ok === true ? { input: known.value as Json } : {}),
  };
}

interface Replayed {
  readonly name: string;
  readonly executionArn: string | undefined;
  readonly trace: Trace;
  readonly problems: readonly string[];
}

/** Replays the histories in one file; undefined where a folder's file holds none. */
function replayFile(
  file: string,
  fromFolder: boolean,
  options: ReplayOptions,
  definition: unknown,
): readonly Replayed[] | undefined {
  const histories = readHistoryFile(file);
  if (histories === undefined) {
    if (fromFolder) return undefined;
    throw new UsageError(
      `${file}: it holds no history: give the output of \`aws stepfunctions get-execution-history\`, an array of events, log records, or a recorded case.`,
    );
  }
  return histories.map((recorded) => {
    const given = definition ?? recorded.definition;
    if (given === undefined) {
      throw new UsageError(`${file}: it holds no definition: name one with --definition FILE.`);
    }
    const type = options.type ?? recorded.type ?? 'STANDARD';
    const machine = parseDefinition(given, type, options.definition ?? file);
    const program = compile(machine, { type, processorOf: options.processorOf });
    if (options.processorOf !== undefined && program.states.size === 0) {
      throw new UsageError(
        `${options.definition ?? file}: the definition has no Map state ${options.processorOf}: give the name of the Map whose child execution this is.`,
      );
    }
    const trace = replay(program, recorded.events, circumstancesOf(recorded, type, options));
    const name = recorded.logLevel === undefined ? file : `${file} ${recorded.executionArn ?? ''}`;
    return { name, trace, executionArn: recorded.executionArn, problems: recorded.problems };
  });
}

/** Replays the files; the exit code is 0, 1 (something diverges) or 2 (input cannot be read). */
function replayFiles(paths: readonly string[], options: ReplayOptions): number {
  const definition = options.definition === undefined ? undefined : readDefinitionFile(options.definition);
  const { files, problems: missing } = findInputFiles(paths, ['.json']);
  for (const problem of missing) writeNote(problem);
  const style = { now: Date.now(), colour: process.stdout.isTTY === true && !process.env.NO_COLOR };
  let unreadable = missing.length;
  let diverging = 0;
  let replayed = 0;
  let passedOver = 0;
  for (const { file, fromFolder } of files) {
    try {
      const results = replayFile(file, fromFolder, options, definition);
      if (results === undefined) {
        passedOver += 1;
        continue;
      }
      for (const { name, trace, problems, executionArn } of results) {
        replayed += 1;
        if (trace.divergences.length > 0) diverging += 1;
        for (const problem of problems) writeNote(`${file}: ${problem}`);
        if (problems.length > 0) unreadable += 1;
        if (options.json) writeLine(JSON.stringify(traceRow(file, executionArn, trace)));
        else writeLine(`${describeTrace(name, trace, style)}\n`);
      }
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      unreadable += 1;
      writeNote(error.message);
    }
  }
  if (passedOver > 0) writeNote(`${passedOver} JSON files without a history were passed over.`);
  if (replayed === 0 && unreadable === 0)
    writeNote('No history was found: name a file or a folder that holds some.');
  if (!options.json && replayed > 1) {
    writeLine(
      `${replayed} histories: ${replayed - diverging} explained by their definition, ${diverging} not.`,
    );
  }
  if (unreadable > 0 || replayed === 0) return 2;
  return diverging > 0 ? 1 : 0;
}

/** Adds `steptrail replay`. */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .description(
      'replay histories through their definition: is each event explained, and what is still awaited?',
    )
    .argument(
      '<file...>',
      'output of get-execution-history, an array of events, log records of CloudWatch, an answer of StartSyncExecution or DescribeExecution, a recorded case; or a folder of these',
    )
    .option('--definition <file>', 'the definition, where the file has none')
    .addOption(new Option('--type <type>', 'workflow type').choices(['STANDARD', 'EXPRESS']))
    .addOption(
      new Option('--log-level <level>', 'level of the log, where log records do not show it').choices([
        'ALL',
        'ERROR',
        'FATAL',
      ]),
    )
    .option('--processor-of <state>', 'these are child executions of this distributed Map of the definition')
    .option('--json', 'one JSON line per history')
    .addHelpText(
      'after',
      helpNote('Exit code: 0 nothing diverges, 1 something does, 2 input cannot be read.'),
    )
    .action((files: string[], options: ReplayOptions) => {
      process.exitCode = replayFiles(files, options);
    });
}
