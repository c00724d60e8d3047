import type { LogEvent } from '../account.ts';
import type { Operation } from '../operation.ts';
import { readPageSize, readToken, writeToken } from '../paging.ts';
import { commonErrors, ServiceError } from '../service-error.ts';

const LOGS = { namespace: 'com.amazonaws.logs' };
const DAY = 24 * 60 * 60 * 1000;
const PAGE_BYTES = 1024 * 1024;
/** Every third page, the second first, is empty and yet has a token: AWS does that, so readers must bear it. */
const EMPTY_EVERY = 3;

export const describeLogGroups: Operation = (request, situation) => {
  const { account, now } = situation;
  const { logGroupNamePrefix, logGroupNamePattern, nextToken, limit } = request;
  const prefix = typeof logGroupNamePrefix === 'string' ? logGroupNamePrefix : '';
  const pattern = typeof logGroupNamePattern === 'string' ? logGroupNamePattern : '';
  const groups = account
    .logGroups(now)
    .filter(({ logGroupName }) => logGroupName.startsWith(prefix) && logGroupName.includes(pattern))
    .toSorted((a, b) => (a.logGroupName < b.logGroupName ? -1 : 1))
    .map(({ logGroupName, creationTime, retentionInDays }) => {
      const logGroupArn = `arn:aws:logs:${account.region}:${account.accountId}:log-group:${logGroupName}`;
      return {
        logGroupName,
        creationTime,
        ...(retentionInDays === undefined ? {} : { retentionInDays }),
        metricFilterCount: 0,
        arn: `${logGroupArn}:*`,
        logGroupArn,
        storedBytes: 0,
        logGroupClass: 'STANDARD',
      };
    });
  if (situation.ignoresPaging) return { logGroups: groups };
  const size = readPageSize(limit, 'limit', 50, 50);
  const of = ['DescribeLogGroups', prefix, pattern];
  const from = Number(readToken(nextToken, of, now, 'InvalidParameterException')?.[0] ?? 0);
  return {
    logGroups: groups.slice(from, from + size),
    ...(from + size < groups.length ? { nextToken: writeToken(of, [from + size], now) } : {}),
  };
};

function groupName(name: unknown, identifier: unknown): string {
  if (typeof name === 'string' && identifier === undefined) return name;
  if (typeof identifier !== 'string' || name !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      'Exactly one of logGroupName and logGroupIdentifier must be given.',
      LOGS,
    );
  }
  return identifier.startsWith('arn:') ? (identifier.split(':')[6] ?? '') : identifier;
}

/** The two filter patterns that make sense for execution logs: `{ $.member = "value" }`, or one quoted term. */
function readPattern(pattern: unknown): (event: LogEvent) => boolean {
  if (typeof pattern !== 'string' || pattern.trim() === '') return () => true;
  const equality = /^\{\s*\$\.(\w+)\s*=\s*"([^"]*)"\s*\}$/.exec(pattern.trim());
  if (equality !== null) {
    const [, member = '', value = ''] = equality;
    return ({ message }) => message.includes(`${JSON.stringify(member)}:${JSON.stringify(value)}`);
  }
  const term = /^"([^"]+)"$|^([\w-]+)$/.exec(pattern.trim());
  if (term === null) {
    throw new ServiceError(
      'InvalidParameterException',
      'The sandbox does not know this filterPattern.',
      LOGS,
    );
  }
  const text = term[1] ?? term[2] ?? '';
  return ({ message }) => message.includes(text);
}

/** A token names the last event that was given: records that arrive late must not shift the next page. */
function indexAfter(events: readonly LogEvent[], [timestamp, eventId]: readonly (number | string)[]): number {
  if (timestamp === undefined) return 0;
  const same = events.findIndex((event) => event.eventId === eventId);
  if (same !== -1) return same + 1;
  const later = events.findIndex((event) => event.timestamp > Number(timestamp));
  return later === -1 ? events.length : later;
}

function pageEnd(events: readonly LogEvent[], from: number, limit: number): number {
  let bytes = 0;
  let to = from;
  while (to < events.length && to - from < limit) {
    bytes += Buffer.byteLength(events[to]?.message ?? '') + 26;
    if (bytes > PAGE_BYTES && to > from) break;
    to++;
  }
  return to;
}

export const filterLogEvents: Operation = (request, situation) => {
  const { account, now } = situation;
  const { logGroupName, logGroupIdentifier, logStreamNames, logStreamNamePrefix, filterPattern, nextToken } =
    request;
  const name = groupName(logGroupName, logGroupIdentifier);
  const group = account.logGroups(now).find((row) => row.logGroupName === name);
  if (group === undefined) {
    throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.', LOGS);
  }
  const { startTime, endTime } = request;
  if (startTime !== undefined && (typeof startTime !== 'number' || startTime < 0)) {
    throw new ServiceError('InvalidParameterException', 'startTime must be a number, not below 0.', LOGS);
  }
  if (endTime !== undefined && typeof endTime !== 'number') {
    throw commonErrors.validation('endTime must be a number.');
  }
  const oldest = group.retentionInDays === undefined ? 0 : now - group.retentionInDays * DAY;
  const from = Math.max(startTime ?? 0, oldest);
  const streams = Array.isArray(logStreamNames) ? new Set<unknown>(logStreamNames) : undefined;
  const prefix = typeof logStreamNamePrefix === 'string' ? logStreamNamePrefix : '';
  const matches = readPattern(filterPattern);
  const events = account
    .logEvents(name, now, from)
    .filter(
      (event) =>
        event.timestamp >= from &&
        event.timestamp <= (endTime ?? Number.POSITIVE_INFINITY) &&
        (streams === undefined || streams.has(event.logStreamName)) &&
        event.logStreamName.startsWith(prefix) &&
        matches(event),
    );
  if (situation.ignoresPaging) return { events, searchedLogStreams: [] };

  const limit = readPageSize(request.limit, 'limit', 10_000, 10_000);
  const of = ['FilterLogEvents', name, startTime ?? null, endTime ?? null, filterPattern ?? null];
  const [page = 0, ...last] = readToken(nextToken, of, now, 'InvalidParameterException') ?? [];
  const begin = indexAfter(events, last);
  const next = (to: number) => {
    const before = events[to - 1];
    const at = before === undefined ? [] : [before.timestamp, before.eventId];
    return { nextToken: writeToken(of, [Number(page) + 1, ...at], now) };
  };
  if (Number(page) % EMPTY_EVERY === 1) return { events: [], searchedLogStreams: [], ...next(begin) };
  const to = pageEnd(events, begin, limit);
  return {
    events: events.slice(begin, to),
    searchedLogStreams: [],
    ...(to < events.length ? next(to) : {}),
  };
};
