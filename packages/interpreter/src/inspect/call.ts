/** What stands in for the work of a Task, Map or Parallel. */
export interface Mock {
  /** JSON text. */
  readonly result?: string;
  readonly errorOutput?: { readonly error?: string; readonly cause?: string };
  readonly fieldValidationMode?: string;
}

export interface StateConfiguration {
  readonly retrierRetryCount?: number;
  readonly errorCausedByState?: string;
  readonly mapIterationFailureCount?: number;
  /** JSON text: what the ItemReader read. */
  readonly mapItemReaderData?: string;
}

/** A call of AWS's TestState, as its request has it. @see step-functions.md section 3.2 */
export interface TestStateCall {
  /** A state, or a state machine with `stateName`: a JSON text, or parsed. */
  readonly definition: string | object;
  readonly stateName?: string;
  readonly roleArn?: string;
  /** JSON texts. */
  readonly input?: string;
  readonly context?: string;
  readonly variables?: string;
  readonly inspectionLevel?: string;
  readonly revealSecrets?: boolean;
  readonly mock?: Mock;
  readonly stateConfiguration?: StateConfiguration;
}

/** A call that AWS refuses. */
export interface TestStateException {
  readonly code:
    | 'ParamValidationError'
    | 'ValidationException'
    | 'InvalidDefinition'
    | 'InvalidExecutionInput';
  readonly message: string;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly exception: TestStateException };

export const refuse = (
  code: TestStateException['code'],
  message: string,
): { readonly ok: false; readonly exception: TestStateException } => ({
  ok: false,
  exception: { code, message },
});

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a parsed file looks like a call of TestState at all. */
export const isTestStateCall = (value: unknown): boolean =>
  isFields(value) && (typeof value.definition === 'string' || isFields(value.definition));

/** Collects what the client of AWS refuses before a request is sent. */
interface Complaints {
  readonly found: string[];
  readonly shortest: (name: string, value: string) => void;
}

const complaining = (): Complaints => {
  const found: string[] = [];
  return {
    found,
    shortest: (name, value) => {
      if (value === '') {
        found.push(`Invalid length for parameter ${name}, value: 0, valid min length: 1`);
      }
    },
  };
};

/** JSON of whatever a caller put there, cyclic objects included. */
const writeJson = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return '(no JSON)';
  }
};

const wrongType = (name: string, value: unknown, valid: string): string =>
  `Invalid type for parameter ${name}, value: ${writeJson(value)}, type: ${typeof value}, valid types: ${valid}`;

const textIn = (from: Fields, name: string, path: string, complaints: Complaints): string | undefined => {
  const value = from[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  complaints.found.push(wrongType(path, value, "<class 'str'>"));
  return undefined;
};

/** A JSON text; who writes a call by hand may put the JSON itself there. */
const jsonTextIn = (from: Fields, name: string, path: string, complaints: Complaints): string | undefined => {
  const value = from[name];
  return typeof value === 'object' && value !== null
    ? writeJson(value)
    : textIn(from, name, path, complaints);
};

const countIn = (from: Fields, name: string, path: string, complaints: Complaints): number | undefined => {
  const value = from[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    complaints.found.push(wrongType(path, value, "<class 'int'>"));
    return undefined;
  }
  if (value < 0)
    complaints.found.push(`Invalid range for parameter ${path}, value: ${value}, valid min value: 0`);
  return value;
};

const structureIn = (
  from: Fields,
  name: string,
  path: string,
  complaints: Complaints,
): Fields | undefined => {
  const value = from[name];
  if (value === undefined || value === null) return undefined;
  if (isFields(value)) return value;
  complaints.found.push(wrongType(path, value, "<class 'dict'>"));
  return undefined;
};

const given = <T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> => {
  const kept: Partial<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
};

const readMock = (from: Fields, complaints: Complaints): Mock => {
  const errorOutput = structureIn(from, 'errorOutput', 'mock.errorOutput', complaints);
  return given<Mock>({
    result: jsonTextIn(from, 'result', 'mock.result', complaints),
    errorOutput:
      errorOutput === undefined
        ? undefined
        : given<{ error: string; cause: string }>({
            error: textIn(errorOutput, 'error', 'mock.errorOutput.error', complaints),
            cause: textIn(errorOutput, 'cause', 'mock.errorOutput.cause', complaints),
          }),
    fieldValidationMode: textIn(from, 'fieldValidationMode', 'mock.fieldValidationMode', complaints),
  });
};

const readConfiguration = (from: Fields, complaints: Complaints): StateConfiguration => {
  const at = 'stateConfiguration';
  return given<StateConfiguration>({
    retrierRetryCount: countIn(from, 'retrierRetryCount', `${at}.retrierRetryCount`, complaints),
    errorCausedByState: textIn(from, 'errorCausedByState', `${at}.errorCausedByState`, complaints),
    mapIterationFailureCount: countIn(
      from,
      'mapIterationFailureCount',
      `${at}.mapIterationFailureCount`,
      complaints,
    ),
    mapItemReaderData: jsonTextIn(from, 'mapItemReaderData', `${at}.mapItemReaderData`, complaints),
  });
};

const oneOf = (name: string, value: string | undefined, allowed: readonly string[]): string | undefined =>
  value === undefined || allowed.includes(value)
    ? undefined
    : `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`;

/** Reads a call; refuses what AWS's client or its request validation refuses, whatever the state. */
export const readCall = (value: unknown): Read<TestStateCall> => {
  const complaints = complaining();
  const from: Fields = isFields(value) ? value : {};
  const { definition } = from;
  const isDefinition = typeof definition === 'string' || isFields(definition);
  if (!isDefinition) complaints.found.push('Missing required parameter in input: "definition"');
  const mock = structureIn(from, 'mock', 'mock', complaints);
  const configuration = structureIn(from, 'stateConfiguration', 'stateConfiguration', complaints);
  const call: TestStateCall = {
    definition: isDefinition ? definition : {},
    ...given<Omit<TestStateCall, 'definition'>>({
      stateName: textIn(from, 'stateName', 'stateName', complaints),
      roleArn: textIn(from, 'roleArn', 'roleArn', complaints),
      input: jsonTextIn(from, 'input', 'input', complaints),
      context: jsonTextIn(from, 'context', 'context', complaints),
      variables: jsonTextIn(from, 'variables', 'variables', complaints),
      inspectionLevel: textIn(from, 'inspectionLevel', 'inspectionLevel', complaints),
      revealSecrets: from.revealSecrets === true ? true : undefined,
      mock: mock === undefined ? undefined : readMock(mock, complaints),
      stateConfiguration:
        configuration === undefined ? undefined : readConfiguration(configuration, complaints),
    }),
  };
  if (typeof definition === 'string') complaints.shortest('definition', definition);
  for (const name of ['stateName', 'roleArn'] as const) complaints.shortest(name, call[name] ?? 'given');
  complaints.shortest(
    'stateConfiguration.errorCausedByState',
    call.stateConfiguration?.errorCausedByState ?? 'given',
  );
  if (complaints.found.length > 0) {
    return refuse('ParamValidationError', `Parameter validation failed:\n${complaints.found.join('\n')}`);
  }
  const constraint =
    oneOf('inspectionLevel', call.inspectionLevel, ['INFO', 'DEBUG', 'TRACE']) ??
    oneOf('mock.fieldValidationMode', call.mock?.fieldValidationMode, ['STRICT', 'PRESENT', 'NONE']) ??
    ((call.stateName?.length ?? 0) > 80
      ? `1 validation error detected: Value '${call.stateName}' at 'stateName' failed to satisfy constraint: Member must have length less than or equal to 80`
      : undefined);
  return constraint === undefined ? { ok: true, value: call } : refuse('ValidationException', constraint);
};
