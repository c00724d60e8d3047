import { type Json, type JsonObject, parseResource, type TaskState } from '@steptrail/asl';
import {
  REPETITION,
  REPETITION_BY_PREFIX,
  type Repetition,
  SERVICE_NAMES,
  TOKEN_MEMBERS,
} from './idempotency-table.ts';
import { unstableSourceIn } from './unstable-source.ts';

/** What happens when a Task runs a second time with the same input. */
export type RepetitionVerdict =
  | { readonly kind: 'safe' }
  /** The effect is repeated. */
  | { readonly kind: 'repeats' }
  /** A token would protect it, and none is sent. */
  | { readonly kind: 'token missing'; readonly member: string }
  /** A token or name is sent, made from something that changes at each run. */
  | { readonly kind: 'token changes'; readonly member: string; readonly source: string }
  /** The same call with other arguments, so another effect. */
  | { readonly kind: 'arguments change'; readonly source: string }
  /** The definition does not show it. */
  | { readonly kind: 'unclear' };

const SAFE: RepetitionVerdict = { kind: 'safe' };
const REPEATS: RepetitionVerdict = { kind: 'repeats' };
const UNCLEAR: RepetitionVerdict = { kind: 'unclear' };

/** What the table says of a Task that is run twice. Waiting patterns are left out: Express has none. */
export function judgeRepetition(state: TaskState): RepetitionVerdict {
  const resource = parseResource(state.Resource);
  const sent = state.Arguments ?? state.Parameters;
  switch (resource.kind) {
    case 'lambda':
    case 'activity':
    case 'unknown':
    case 'invalid':
      return UNCLEAR;
    case 'http':
      return judgeRequest(sent);
    case 'optimised':
    case 'aws-sdk':
      return judgeAction(canonicalService(resource.service), resource.action, sent);
  }
}

/** The service and action as people write them: `sqs:sendMessage`. */
export function actionOf(state: TaskState): string {
  const resource = parseResource(state.Resource);
  switch (resource.kind) {
    case 'http':
      return 'http:invoke';
    case 'optimised':
      return `${resource.service}:${resource.action}`;
    case 'aws-sdk':
      return `aws-sdk:${resource.service}:${resource.action}`;
    case 'lambda':
      return `Lambda function ${resource.functionName}`;
    case 'activity':
    case 'unknown':
    case 'invalid':
      return state.Resource;
  }
}

function canonicalService(service: string): string {
  const plain = service.replaceAll('-', '').toLowerCase();
  return SERVICE_NAMES.get(plain) ?? plain;
}

/** Actions whose class depends on what is sent. */
const CONDITIONAL: ReadonlyMap<string, (sent: Json | undefined) => RepetitionVerdict> = new Map([
  ['apigateway:invoke', judgeRequest],
  ['dynamodb:putItem', judgePutItem],
  ['dynamodb:updateItem', judgeUpdateItem],
  ['sqs:sendMessage', (sent) => judgeMessage(sent, 'QueueUrl')],
  ['sqs:sendMessageBatch', (sent) => judgeMessage(sent, 'QueueUrl')],
  ['sns:publish', (sent) => judgeMessage(sent, 'TopicArn')],
  ['sns:publishBatch', (sent) => judgeMessage(sent, 'TopicArn')],
  ['ecs:updateService', judgeDeployment],
]);

function judgeAction(service: string, action: string, sent: Json | undefined): RepetitionVerdict {
  const key = `${service}:${action}`;
  const conditional = CONDITIONAL.get(key);
  if (conditional !== undefined) return conditional(sent);
  return judgeClass(REPETITION.get(key) ?? repetitionByPrefix(action, sent), sent);
}

function judgeClass(repetition: Repetition, sent: Json | undefined): RepetitionVerdict {
  switch (repetition.class) {
    case 'READ':
      return SAFE;
    case 'IDEM':
      return judgeArguments(sent);
    case 'TOKEN':
      return judgeToken(sent, repetition.member, { kind: 'token missing', member: repetition.member });
    case 'NAME':
      return judgeToken(sent, repetition.member, UNCLEAR);
    case 'NOT':
      return REPEATS;
    case 'UNKNOWN':
      return UNCLEAR;
  }
}

function repetitionByPrefix(action: string, sent: Json | undefined): Repetition {
  const row = REPETITION_BY_PREFIX.find(({ prefixes }) =>
    prefixes.some((prefix) => action.startsWith(prefix) && !/^[a-z]/.test(action.slice(prefix.length))),
  );
  if (row === undefined) return { class: 'UNKNOWN' };
  if (row.class === 'READ' || row.class === 'IDEM') return { class: row.class };
  const token = TOKEN_MEMBERS.find((member) => memberOf(sent, member) !== undefined);
  if (token !== undefined) return { class: 'TOKEN', member: token };
  if (row.class === 'NAME?') {
    const name = Object.keys(asObject(sent) ?? {}).find((key) =>
      /(?:^|[a-z])(?:Name|Identifier)(?:\.\$)?$/.test(key),
    );
    if (name !== undefined) return { class: 'NAME', member: name.replace(/\.\$$/, '') };
  }
  return asObject(sent) === undefined ? { class: 'UNKNOWN' } : { class: 'NOT' };
}

function judgeArguments(sent: Json | undefined): RepetitionVerdict {
  const source = sent === undefined ? undefined : unstableSourceIn(JSON.stringify(sent));
  return source === undefined ? SAFE : { kind: 'arguments change', source };
}

/** @param absent the verdict when the arguments are known and the member is not among them */
function judgeToken(sent: Json | undefined, member: string, absent: RepetitionVerdict): RepetitionVerdict {
  if (asObject(sent) === undefined) return UNCLEAR;
  const value = memberOf(sent, member);
  if (value === undefined) return absent;
  const source = unstableSourceIn(JSON.stringify(value));
  return source === undefined ? SAFE : { kind: 'token changes', member, source };
}

/** HTTP by method; an Idempotency-Key header makes a POST safe. */
function judgeRequest(sent: Json | undefined): RepetitionVerdict {
  const method = memberOf(sent, 'Method');
  if (typeof method !== 'string') return UNCLEAR;
  if (/^(GET|HEAD|OPTIONS)$/i.test(method)) return SAFE;
  if (/^(PUT|DELETE)$/i.test(method)) return judgeArguments(sent);
  if (!/^(POST|PATCH)$/i.test(method)) return UNCLEAR;
  const headers = memberOf(sent, 'Headers');
  if (headers === undefined) return { kind: 'token missing', member: 'Idempotency-Key' };
  return judgeToken(headers, 'Idempotency-Key', { kind: 'token missing', member: 'Idempotency-Key' });
}

/** A message is sent twice, unless a FIFO queue or topic recognises the second one. */
function judgeMessage(sent: Json | undefined, target: 'QueueUrl' | 'TopicArn'): RepetitionVerdict {
  if (memberOf(sent, 'MessageDeduplicationId') !== undefined)
    return judgeToken(sent, 'MessageDeduplicationId', UNCLEAR);
  const fifo = JSON.stringify(memberOf(sent, target) ?? null).includes('.fifo');
  if (fifo || memberOf(sent, 'MessageGroupId') !== undefined) return UNCLEAR;
  return asObject(sent) === undefined ? UNCLEAR : REPEATS;
}

function judgePutItem(sent: Json | undefined): RepetitionVerdict {
  const source = unstableSourceIn(JSON.stringify(memberOf(sent, 'Item') ?? null));
  if (source !== undefined) return { kind: 'arguments change', source };
  return asObject(sent) === undefined ? UNCLEAR : SAFE;
}

/** Counting up and appending repeat; setting does not, nor does anything under a condition. */
function judgeUpdateItem(sent: Json | undefined): RepetitionVerdict {
  if (asObject(sent) === undefined) return UNCLEAR;
  if (memberOf(sent, 'ConditionExpression') !== undefined) return SAFE;
  const expression = memberOf(sent, 'UpdateExpression');
  if (expression === undefined) {
    return /"Action(\.\$)?":"ADD"/.test(JSON.stringify(sent)) ? REPEATS : judgeArguments(sent);
  }
  if (typeof expression !== 'string' || isEvaluated(sent, 'UpdateExpression', expression)) return UNCLEAR;
  if (/list_append|[+-]/i.test(expression)) return REPEATS;
  const values = JSON.stringify(memberOf(sent, 'ExpressionAttributeValues') ?? null);
  if (/\bADD\s/i.test(expression) && !/"[SNB]S(\.\$)?":/.test(values)) return REPEATS;
  return judgeArguments(sent);
}

function judgeDeployment(sent: Json | undefined): RepetitionVerdict {
  const forced = memberOf(sent, 'ForceNewDeployment');
  return forced === undefined || forced === false ? judgeArguments(sent) : REPEATS;
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !isArray(value) ? value : undefined;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** A member of what is sent, written plainly or with `.$`, in whatever case the service takes it. */
function memberOf(sent: Json | undefined, member: string): Json | undefined {
  const object = asObject(sent);
  if (object === undefined) return undefined;
  const wanted = member.toLowerCase();
  const key = Object.keys(object).find((name) => name.replace(/\.\$$/, '').toLowerCase() === wanted);
  return key === undefined ? undefined : object[key];
}

function isEvaluated(sent: Json | undefined, member: string, value: string): boolean {
  return asObject(sent)?.[member] === undefined || value.startsWith('{%');
}
