import { type Client, createClient, segment } from '@steptrail/api/client';
import type { ClientResponse, InferResponseType } from 'hono/client';

export { segment };

/** The API of the server that this page came from. */
export const api: Client = createClient(`${location.origin}/api/v1`);

/** What the API said was wrong, or why it could not be reached: one sentence. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = code;
  }
}

type Good<R> = R extends ClientResponse<infer T, 200, 'json'> ? T : never;

/**
 * The body of a good answer.
 * @throws {ApiFailure} with the API's own sentence otherwise; without a session it goes to the login page
 */
export async function read<R extends ClientResponse<unknown, number, string>>(
  answer: Promise<R>,
): Promise<Good<R>> {
  let response: R;
  try {
    response = await answer;
  } catch {
    throw new ApiFailure(
      0,
      'Unreachable',
      'The Steptrail server does not answer: check that it is running, then try again.',
    );
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as Good<R>;
  if (response.status === 401) {
    location.assign(`/login?to=${encodeURIComponent(location.pathname + location.search)}`);
  }
  throw failureOf(response.status, body);
}

function failureOf(status: number, body: unknown): ApiFailure {
  if (typeof body === 'object' && body !== null && 'error' in body) {
    const { error } = body;
    if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
      return new ApiFailure(status, String(error.code), String(error.message));
    }
  }
  return new ApiFailure(
    status,
    'Unreadable',
    `The server answered with status ${status} and no explanation.`,
  );
}

type Answer<Call> = InferResponseType<Call, 200>;

export type Overview = Answer<Client['overview']['$get']>;
export type DayCount = Answer<(typeof api)['executions-by-day']['$get']>['rows'][number];
export type FindingRow = Answer<Client['findings']['$get']>['rows'][number];
export type Finding = Answer<Client['findings'][':findingId']['$get']>;
export type Rule = Answer<Client['rules']['$get']>['rows'][number];
export type StateMachineRow = Answer<Client['state-machines']['$get']>['rows'][number];
export type StateMachine = Answer<Client['state-machines'][':stateMachineArn']['$get']>;
export type Definition = Answer<Client['definitions'][':definitionSha256']['$get']>;
export type ExecutionRow = Answer<Client['executions']['$get']>['rows'][number];
export type Execution = Answer<Client['executions'][':executionArn']['$get']>;
export type Replay = NonNullable<Execution['replay']>;
export type Pending = Replay['pending'][number];
export type Visit = Answer<Client['executions'][':executionArn']['visits']['$get']>['rows'][number];
export type EventPage = Answer<Client['executions'][':executionArn']['events']['$get']>;
export type HistoryEvent = EventPage['rows'][number];
export type Activity = Answer<Client['activities']['$get']>['rows'][number];
export type CoverageRow = Answer<Client['coverage']['$get']>['rows'][number];
export type CoverageTotals = Answer<Client['coverage']['$get']>['totals'];
export type MapRun = Answer<Client['executions'][':executionArn']['map-runs']['$get']>['rows'][number];
export type Conflict = Answer<Client['executions'][':executionArn']['conflicts']['$get']>['rows'][number];
export type ExecutionLink = Answer<Client['executions'][':executionArn']['links']['$get']>['rows'][number];
