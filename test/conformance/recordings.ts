import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Event,
  EXECUTION_STATUSES,
  groupLogRecords,
  leastLogLevel,
  normaliseHistory,
  normaliseLogRecords,
  readStandIns,
} from '@steptrail/history';
import type { Definition, ReplayOptions } from '@steptrail/interpreter';

/**
 * The folder of recordings: STEPTRAIL_CORPUS, or `../shared/corpus` beside the repository. This module also runs as
 * part of a bundle in dist/, from where the repository is one folder up.
 */
const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, basename(HERE) === 'dist' ? '..' : '../..');
export const CORPUS = process.env.STEPTRAIL_CORPUS ?? join(ROOT, '../shared/corpus');

export const hasCorpus = existsSync(CORPUS);

/** What was recorded of an execution: its history, its log, or its end alone. */
export type Kind = 'history' | 'log' | 'answer of StartSyncExecution' | 'choice row';

/** One recorded execution with the definition that it ran. */
export interface Recording {
  readonly id: string;
  readonly file: string;
  readonly kind: Kind;
  readonly features: readonly string[];
  readonly status: string;
  readonly definition: Definition;
  readonly events: readonly Event[];
  readonly options: ReplayOptions;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const member = (value: unknown, key: string): unknown => (isFields(value) ? value[key] : undefined);

const typeOf = (value: unknown): 'STANDARD' | 'EXPRESS' => (value === 'EXPRESS' ? 'EXPRESS' : 'STANDARD');

/** JSON of the corpus, of whose shape nothing is assumed. */
export const readCorpus = (...path: readonly string[]): unknown =>
  JSON.parse(readFileSync(join(CORPUS, ...path), 'utf8'));

export const listCorpus = (folder: string): readonly string[] =>
  existsSync(join(CORPUS, folder))
    ? readdirSync(join(CORPUS, folder)).filter((file) => file.endsWith('.json') && file !== 'index.json')
    : [];

type Input = NonNullable<ReplayOptions['input']>;

/** The end of an execution of which nothing else was recorded, as an event. */
const endOf = (answer: Fields): readonly Event[] => {
  const { status, output, error, cause } = answer;
  const type = status === 'SUCCEEDED' ? 'ExecutionSucceeded' : 'ExecutionFailed';
  const details = status === 'SUCCEEDED' ? 'executionSucceededEventDetails' : 'executionFailedEventDetails';
  const end = { id: 2, timestamp: 0, type, [details]: { output, error, cause } };
  return normaliseHistory([end]).events;
};

const readCase = (folder: string, file: string): readonly Recording[] => {
  const parsed = readCorpus(folder, file);
  if (!isFields(parsed)) return [];
  const base = {
    file: `${folder}/${file}`,
    features: Array.isArray(parsed.features) ? parsed.features.map(String) : [],
    status: text(parsed.status) ?? '',
  };
  const id = text(parsed.id) ?? file;
  const alone = { type: typeOf(parsed.type), logged: true, logLevel: 'FATAL' } as const;
  if (Array.isArray(parsed.cases)) {
    return parsed.cases.flatMap((row: unknown, index): readonly Recording[] => {
      if (!isFields(row) || !isFields(row.definition)) return [];
      const { definition, input, output } = row;
      const events = endOf({ status: 'SUCCEEDED', output: JSON.stringify(output) });
      const options = { ...alone, input: input as Input };
      return [{ ...base, id: `${id} (row ${index})`, kind: 'choice row', definition, events, options }];
    });
  }
  if (!isFields(parsed.definition)) return [];
  const { definition } = parsed;
  const options: ReplayOptions = {
    type: typeOf(parsed.type),
    executionArn: text(parsed.executionArn),
    stateMachineArn: text(parsed.stateMachineArn),
    standIns: readStandIns(parsed.notes),
  };
  const input = parsed.input as Input;
  const recordings: Recording[] = [];
  if (Array.isArray(parsed.history)) {
    const { events } = normaliseHistory(parsed.history);
    const status = EXECUTION_STATUSES.find((each) => each === base.status);
    recordings.push({ ...base, id, kind: 'history', definition, events, options: { ...options, status } });
  } else if (isFields(parsed.describe)) {
    const { executionArn, stateMachineArn } = parsed.describe;
    recordings.push({
      ...base,
      id,
      kind: 'answer of StartSyncExecution',
      definition,
      events: endOf(parsed.describe),
      options: {
        ...options,
        ...alone,
        input,
        executionArn: text(executionArn),
        stateMachineArn: text(stateMachineArn),
      },
    });
  }
  if (Array.isArray(parsed.logs)) {
    const messages = parsed.logs.map((log: unknown) => member(log, 'message') ?? log);
    const { records } = normaliseLogRecords(messages);
    const level = member(parsed.loggingConfiguration, 'level');
    for (const [executionArn, own] of groupLogRecords(records)) {
      const events = own.map((record) => record.event);
      const isWhole = events.some((event) => event.id === 1);
      recordings.push({
        ...base,
        id: `${id} (logs)`,
        kind: 'log',
        definition,
        events,
        options: {
          ...options,
          executionArn,
          ...(isWhole ? {} : { input, logged: true }),
          logLevel: level === 'ERROR' || level === 'FATAL' ? level : leastLogLevel(events),
        },
      });
    }
  }
  return recordings;
};

/** The features that an index names of each file; of Choice tables and such, the types of states too. */
const readFeatures = (folder: string): ReadonlyMap<string, readonly string[]> => {
  const index = readCorpus(folder, 'index.json');
  const lists = Array.isArray(index) ? [index] : [member(index, 'cases'), member(index, 'outcomes')];
  const entries = lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []));
  return new Map(
    entries.map((entry) => {
      const [named, states] = [member(entry, 'features'), member(entry, 'stateTypes')];
      const features = [...(Array.isArray(states) ? states : []), ...(Array.isArray(named) ? named : [])];
      return [text(member(entry, 'file')) ?? '', [...new Set(features.map(String))]];
    }),
  );
};

/** Every recording of the given folders, with the features that their index names. */
export const readRecordings = (...folders: readonly string[]): readonly Recording[] =>
  folders.flatMap((folder) => {
    const [home = folder, ...inner] = folder.split('/');
    const features = readFeatures(home);
    return listCorpus(folder)
      .flatMap((file) => readCase(folder, file))
      .map((recording) => ({
        ...recording,
        features: features.get([...inner, basename(recording.file)].join('/')) ?? recording.features,
      }));
  });
