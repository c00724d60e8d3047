import { type IntegrationPattern, SERVICES } from './integrations.ts';

/** What a Task's `Resource` names (step-functions.md section 10). */
export type Resource =
  | {
      readonly kind: 'lambda';
      readonly region: string;
      readonly account: string;
      readonly functionName: string;
      readonly qualifier?: string;
    }
  | { readonly kind: 'activity'; readonly region: string; readonly account: string; readonly name: string }
  | {
      readonly kind: 'optimised';
      readonly service: string;
      readonly action: string;
      readonly pattern: IntegrationPattern;
      /** False where our table of integrations lacks it: AWS adds some now and then. */
      readonly known: boolean;
    }
  | {
      readonly kind: 'aws-sdk';
      readonly service: string;
      readonly action: string;
      readonly pattern: 'request-response' | 'waitForTaskToken';
    }
  | { readonly kind: 'http'; readonly pattern: 'request-response' }
  /** A template placeholder stands where the kind would be read. */
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly reason: string };

const PATTERN_SUFFIX = /\.(sync|sync:2|waitForTaskToken)$/;

const PLACEHOLDER = /\$\{[^{}]*\}/;

/**
 * Reads a Task's `Resource`; never fails, an unusable one is `{ kind: 'invalid', reason }`.
 * Template placeholders (`${AWS::Region}`) may stand for parts of it; where one hides what kind it is, that is
 * `{ kind: 'unknown', reason }`.
 */
export function parseResource(resource: string): Resource {
  const known = KNOWN.get(resource);
  if (known !== undefined) return known;
  const read = readResource(resource);
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
  KNOWN.set(resource, read);
  return read;
}

/** What was read before: a machine names the same few resources again and again, and each rule asks for them. */
const KNOWN = new Map<string, Resource>();
const MOST_KNOWN = 1000;

function readResource(resource: string): Resource {
  const read = parseParts(splitArn(resource));
  return read.kind === 'invalid' && PLACEHOLDER.test(resource)
    ? { kind: 'unknown', reason: 'it holds a placeholder' }
    : read;
}

/** Parts of an ARN; colons inside placeholders do not part. */
function splitArn(resource: string): string[] {
  if (!resource.includes('${')) return resource.split(':');
  const parts: string[] = [''];
  for (const piece of resource.split(/(\$\{[^{}]*\}|:)/)) {
    if (piece === ':') parts.push('');
    else parts.push((parts.pop() ?? '') + piece);
  }
  return parts;
}

function parseParts(parts: readonly string[]): Resource {
  const [arn, partition = '', service = '', region = '', account = '', ...rest] = parts;
  if (arn !== 'arn' || service === '' || rest.length === 0) return invalid('it is not an ARN');
  if (!/^(?:aws[a-z-]*|\$\{[^{}]*\})$/.test(partition))
    return invalid(`'${partition}' is not a partition of AWS`);
  if (service === 'lambda') return parseFunction(region, account, rest);
  if (service !== 'states') return invalid(`Step Functions cannot call the service '${service}' by its ARN`);
  const [kind = '', name = ''] = rest;
  if (kind === 'activity') {
    if (name === '' || rest.length > 2) return invalid('an activity ARN ends in activity:NAME');
    return { kind: 'activity', region, account, name };
  }
  return parseIntegration(rest);
}

function invalid(reason: string): Resource {
  return { kind: 'invalid', reason };
}

function parseFunction(region: string, account: string, rest: readonly string[]): Resource {
  const [kind, functionName = '', qualifier] = rest;
  if (kind !== 'function' || functionName === '' || rest.length > 3)
    return invalid('a function ARN ends in function:NAME or function:NAME:QUALIFIER');
  return { kind: 'lambda', region, account, functionName, ...(qualifier === undefined ? {} : { qualifier }) };
}

function parseIntegration(rest: readonly string[]): Resource {
  const text = rest.join(':');
  const suffix = PATTERN_SUFFIX.exec(text);
  const pattern = patternOf(suffix?.[1]);
  const parts = (suffix === null ? text : text.slice(0, suffix.index)).split(':');
  const [service = '', action = '', sdkAction = ''] = parts;
  if (service === 'aws-sdk') {
    if (parts.length !== 3 || !/^[a-z0-9]+$/.test(action) || !/^[a-z][A-Za-z0-9]*$/.test(sdkAction))
      return invalid('an SDK integration ends in aws-sdk:service:action, both as in the AWS SDK for Java');
    if (pattern === 'sync' || pattern === 'sync:2')
      return invalid('SDK integrations have no .sync, only request-response and .waitForTaskToken');
    return { kind: 'aws-sdk', service: action, action: sdkAction, pattern };
  }
  if (parts.length !== 2 || service === '' || !/^[A-Za-z][A-Za-z0-9]*$/.test(action))
    return invalid('an integration ends in service:action, with or without .sync or .waitForTaskToken');
  if (service === 'http') {
    if (action !== 'invoke' || pattern !== 'request-response')
      return invalid('the HTTP integration is http:invoke');
    return { kind: 'http', pattern };
  }
  return checkOptimised(service, action, pattern);
}

function patternOf(suffix: string | undefined): IntegrationPattern {
  return suffix === 'sync' || suffix === 'sync:2' || suffix === 'waitForTaskToken'
    ? suffix
    : 'request-response';
}

function checkOptimised(service: string, action: string, pattern: IntegrationPattern): Resource {
  const row = SERVICES.get(service);
  const known = row?.actions.includes(action) ?? false;
  if (row?.complete && !known)
    return invalid(`${service} offers ${row.actions.join(', ')}; other actions go by aws-sdk:${service}`);
  if (row !== undefined && !row.patterns.includes(pattern))
    return invalid(`${service}:${action} does not support .${pattern}`);
  if (known && pattern === 'sync' && row?.jobs?.includes(action) === false)
    return invalid(
      `${service}:${action} does not support .sync, only ${row.jobs.join(', ')} of ${service} do`,
    );
  return { kind: 'optimised', service, action, pattern, known };
}
