import { type Fields, isFields } from '../conformance/recordings.ts';

/*
 * A recorded case, changed as AWS would have recorded it as well: other names, other spellings, another machine
 * around it. The definition and the events are those of the corpus, before anything of ours has read them.
 */

/** A recorded history as the corpus has it. */
export interface RawCase {
  readonly definition: Fields;
  readonly history: readonly Fields[];
  readonly executionArn: string | undefined;
  readonly stateMachineArn: string | undefined;
  readonly notes: unknown;
  readonly type: 'STANDARD' | 'EXPRESS';
}

/** Gives undefined where the case is none to which the change can be made. */
export type Transformation = (given: RawCase) => RawCase | undefined;

type Scope = Fields & { readonly StartAt?: unknown; readonly States?: unknown };

const SCOPES = ['ItemProcessor', 'Iterator'] as const;

/** Every state of a scope and of those inside it, changed. */
export const mapStates = (scope: Scope, change: (state: Fields, name: string) => Fields): Scope => ({
  ...scope,
  States: Object.fromEntries(
    Object.entries(isFields(scope.States) ? scope.States : {}).map(([name, state]) => {
      if (!isFields(state)) return [name, state];
      const inside: Record<string, unknown> = {};
      if (Array.isArray(state.Branches)) {
        inside.Branches = state.Branches.map((branch: unknown) =>
          isFields(branch) ? mapStates(branch, change) : branch,
        );
      }
      for (const key of SCOPES) {
        const inner = state[key];
        if (isFields(inner)) inside[key] = mapStates(inner, change);
      }
      return [name, change({ ...state, ...inside }, name)];
    }),
  ),
});

/** The details of an event and their key; undefined where it has none. */
const detailsOf = (event: Fields): readonly [key: string, details: Fields] | undefined => {
  for (const [key, details] of Object.entries(event)) {
    if (key.endsWith('EventDetails') && isFields(details)) return [key, details];
  }
  return undefined;
};

export const withDetails = (event: Fields, change: (details: Fields) => Fields): Fields => {
  const found = detailsOf(event);
  return found === undefined ? event : { ...event, [found[0]]: change(found[1]) };
};

const textOf = (value: unknown): string => JSON.stringify(value);

/** States under other names, in the definition, in the events and in the causes that name them. */
export const renameStates =
  (rename: (name: string) => string): Transformation =>
  (given) => {
    // A context object holds names, and so may any text that was made of one.
    if (/\$\$|states\.context/.test(textOf(given.definition))) return undefined;
    const renameScope = (scope: Scope): Scope => {
      const named = (key: string, value: unknown): unknown =>
        ['StartAt', 'Next', 'Default'].includes(key) && typeof value === 'string' ? rename(value) : value;
      const shallow = (fields: Fields): Fields =>
        Object.fromEntries(
          Object.entries(fields).map(([key, value]) => [
            key,
            (key === 'Catch' || key === 'Choices') && Array.isArray(value)
              ? value.map((rule: unknown) => (isFields(rule) ? shallow(rule) : rule))
              : key === 'Branches' && Array.isArray(value)
                ? value.map((branch: unknown) => (isFields(branch) ? renameScope(branch) : branch))
                : (key === 'Iterator' || key === 'ItemProcessor') && isFields(value)
                  ? renameScope(value)
                  : named(key, value),
          ]),
        );
      const { States, ...rest } = scope;
      return {
        ...shallow(rest),
        States: Object.fromEntries(
          Object.entries(isFields(States) ? States : {}).map(([name, state]) => [
            rename(name),
            isFields(state) ? shallow(state) : state,
          ]),
        ),
      };
    };
    return {
      ...given,
      definition: renameScope(given.definition),
      history: given.history.map((event) =>
        withDetails(event, (details) => ({
          ...details,
          ...(typeof details.name === 'string' ? { name: rename(details.name) } : {}),
          ...(typeof details.state === 'string' ? { state: rename(details.state) } : {}),
          ...changeTexts(details, (text) =>
            text.replace(
              /(executing the state '|The state\/task ')([^']*)'/g,
              (_, before: string, name: string) => `${before}${rename(name)}'`,
            ),
          ),
        })),
      ),
    };
  };

const TEXTS = ['error', 'cause', 'input', 'output', 'parameters'] as const;

/** The texts of an event's details, changed. */
const changeTexts = (details: Fields, change: (text: string) => string): Fields =>
  Object.fromEntries(
    TEXTS.flatMap((key) => {
      const text = details[key];
      return typeof text === 'string' ? [[key, change(text)]] : [];
    }),
  );

const sortKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
};

/** What shows the order of keys, or the very text of a value, in a payload. */
const SHOWS_TEXT =
  /JsonToString|States\.(Format|Hash|Base64|ArrayUnique)|\.\*|\[\*\]|\.\.|\$(string|keys|each|spread|lookup|sift|hash|map|merge|reduce|base64|length|count|sum|filter)|\*\*|\* %|&/;

/** The same payloads with their keys in another order. */
export const reorderKeys: Transformation = (given) => {
  if (SHOWS_TEXT.test(textOf(given.definition))) return undefined;
  return {
    ...given,
    history: given.history.map((event) =>
      withDetails(event, (details) => ({
        ...details,
        ...Object.fromEntries(
          (['input', 'output', 'parameters'] as const).flatMap((key) => {
            const text = details[key];
            if (typeof text !== 'string') return [];
            const value = parse(text);
            return value === undefined ? [] : [[key, JSON.stringify(sortKeys(value))]];
          }),
        ),
      })),
    ),
  };
};

const parse = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};

/** White space as AWS leaves it in what a caller sent. */
export const spaceOut =
  (indent: number): Transformation =>
  (given) => {
    if (SHOWS_TEXT.test(textOf(given.definition))) return undefined;
    return {
      ...given,
      history: given.history.map((event) =>
        withDetails(event, (details) => ({
          ...details,
          ...Object.fromEntries(
            (['input', 'output', 'parameters'] as const).flatMap((key) => {
              const text = details[key];
              if (typeof text !== 'string') return [];
              const value = parse(text);
              return value === undefined ? [] : [[key, JSON.stringify(value, undefined, indent)]];
            }),
          ),
        })),
      ),
    };
  };

/** No `inputDetails` and `outputDetails`, as until 2020. */
export const dropTruncated: Transformation = (given) => ({
  ...given,
  history: given.history.map((event) =>
    withDetails(event, (details) =>
      Object.fromEntries(Object.entries(details).filter(([key]) => !/Details$/.test(key))),
    ),
  ),
});

export const dropRole: Transformation = (given) =>
  /\$\$|context|RoleArn/.test(textOf(given.definition))
    ? undefined
    : {
        ...given,
        history: given.history.map((event) => withDetails(event, ({ roleArn: _, ...details }) => details)),
      };

/** Started through a version and an alias of the machine. */
export const startQualified: Transformation = (given) => ({
  ...given,
  history: given.history.map((event) =>
    event.type === 'ExecutionStarted'
      ? withDetails(event, (details) => ({
          ...details,
          stateMachineVersionArn: `${given.stateMachineArn}:3`,
          stateMachineAliasArn: `${given.stateMachineArn}:live`,
        }))
      : event,
  ),
});

export const respellTimes =
  (spell: (at: number) => unknown): Transformation =>
  (given) => ({
    ...given,
    history: given.history.map((event) => ({
      ...event,
      timestamp: spell(Date.parse(String(event.timestamp))),
    })),
  });

/** In another account, region and partition. */
export const moveHouse: Transformation = (given) => {
  const move = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll('111111111111', '222222222222')
        .replaceAll('us-east-1', 'cn-north-1')
        .replaceAll('arn:aws:', 'arn:aws-cn:'),
    ) as T;
  return move(given);
};

/** The fields that say nothing, written out. */
export const spellDefaults: Transformation = (given) => ({
  ...given,
  definition: {
    Comment: 'the same',
    TimeoutSeconds: 99_999_999,
    Version: '1.0',
    QueryLanguage: 'JSONPath',
    ...mapStates(given.definition, (state) => {
      const jsonata = (state.QueryLanguage ?? given.definition.QueryLanguage) === 'JSONata';
      const works = ['Task', 'Map', 'Parallel'].includes(String(state.Type));
      const passes = state.Type !== 'Fail';
      const Retry = Array.isArray(state.Retry) ? state.Retry : [];
      const Catch = Array.isArray(state.Catch) ? state.Catch : [];
      const some = state.Next ?? undefined;
      return {
        QueryLanguage: jsonata ? 'JSONata' : 'JSONPath',
        Comment: 'the same',
        ...(jsonata || !passes ? {} : { InputPath: '$', OutputPath: '$' }),
        ...(jsonata || !(works || state.Type === 'Pass') ? {} : { ResultPath: '$' }),
        ...state,
        ...(works ? { Retry: [{ ErrorEquals: ['Never.Comes'], MaxAttempts: 5 }, ...Retry] } : {}),
        ...(works && some !== undefined
          ? { Catch: [{ ErrorEquals: ['Never.Comes'], Next: some }, ...Catch] }
          : {}),
      };
    }),
  },
});
