import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Event,
  groupLogRecords,
  normaliseHistory,
  normaliseLogRecords,
  readStandIns,
} from '@steptrail/history';
import type { Definition, ReplayOptions } from '@steptrail/interpreter';

const HERE = dirname(fileURLToPath(import.meta.url));

/** The folder of recordings: STEPTRAIL_CORPUS, or `../shared/corpus` beside the repository. */
export const CORPUS = process.env.STEPTRAIL_CORPUS ?? join(HERE, '../../../shared/corpus');

export const hasCorpus = existsSync(CORPUS);

/** One recorded history with the definition that it ran. */
export interface Recording {
  readonly id: string;
  readonly file: string;
  readonly features: readonly string[];
  readonly status: string;
  readonly definition: Definition;
  readonly events: readonly Event[];
  readonly options: ReplayOptions;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const member = (value: unknown, key: string): unknown => (isFields(value) ? value[key] : undefined);

const typeOf = (value: unknown): 'STANDARD' | 'EXPRESS' => (value === 'EXPRESS' ? 'EXPRESS' : 'STANDARD');

const readCase = (folder: string, file: string): readonly Recording[] => {
  const parsed: unknown = JSON.parse(readFileSync(join(CORPUS, folder, file), 'utf8'));
  if (!isFields(parsed) || !isFields(parsed.definition)) return [];
  const features = Array.isArray(parsed.features) ? parsed.features.map(String) : [];
  const base = {
    file: `${folder}/${file}`,
    features,
    status: text(parsed.status) ?? '',
    definition: parsed.definition,
  };
  const id = text(parsed.id) ?? file;
  const options: ReplayOptions = {
    type: typeOf(parsed.type),
    executionArn: text(parsed.executionArn),
    stateMachineArn: text(parsed.stateMachineArn),
    standIns: readStandIns(parsed.notes),
  };
  const recordings: Recording[] = [];
  if (Array.isArray(parsed.history)) {
    recordings.push({ ...base, id, events: normaliseHistory(parsed.history).events, options });
  }
  if (Array.isArray(parsed.logs)) {
    const messages = parsed.logs.map((log: unknown) => member(log, 'message') ?? log);
    const { records } = normaliseLogRecords(messages);
    const level = member(parsed.loggingConfiguration, 'level');
    for (const [executionArn, own] of groupLogRecords(records)) {
      const events = own.map((record) => record.event);
      const complete = events.some((event) => event.id === 1);
      recordings.push({
        ...base,
        id: `${id} (logs)`,
        events,
        options: {
          ...options,
          executionArn,
          logLevel: level === 'ERROR' || level === 'FATAL' ? level : complete ? 'ALL' : 'FATAL',
        },
      });
    }
  }
  return recordings;
};

/** Every recording of the given folders, with the features that their index names. */
export const readRecordings = (...folders: readonly string[]): readonly Recording[] =>
  folders.flatMap((folder) => {
    const features = new Map<string, readonly string[]>();
    const index: unknown = JSON.parse(readFileSync(join(CORPUS, folder, 'index.json'), 'utf8'));
    const entries = Array.isArray(index) ? index : (member(index, 'cases') ?? []);
    for (const entry of Array.isArray(entries) ? entries : []) {
      const named = member(entry, 'features');
      features.set(text(member(entry, 'file')) ?? '', Array.isArray(named) ? named.map(String) : []);
    }
    return readdirSync(join(CORPUS, folder))
      .filter((file) => file.endsWith('.json') && file !== 'index.json')
      .flatMap((file) => readCase(folder, file))
      .map((recording) => ({
        ...recording,
        features: features.get(recording.file.slice(folder.length + 1)) ?? recording.features,
      }));
  });
