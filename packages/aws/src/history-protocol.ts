import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols';
import type {
  HandlerExecutionContext,
  HttpResponse,
  MetadataBearer,
  OperationSchema,
  SerdeFunctions,
} from '@smithy/types';
import { createEventSplitter } from '@steptrail/history';

/** An answer that is no JSON, or that breaks off. `events` are those that were complete before the break. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
  readonly events: readonly unknown[];
  /** Tells the SDK's retry strategy that asking again may help. */
  readonly $retryable = { throttling: false };

  constructor(events: readonly unknown[]) {
    super('The answer is no complete JSON.');
    this.events = events;
  }
}

/** A page that nobody should hold; shorter ones can be asked for. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

/** Bytes of a page beyond which it is given up. */
export const LONGEST_PAGE = 33_554_432;

/** A page of fewer bytes is parsed at once; of a longer one no bytes are held, only the events that came. */
const PARSED_AT_ONCE = 1_000_000;

type Body = AsyncIterable<Uint8Array>;

/** Parses a page of history as its bytes come. */
async function readPage(body: Body): Promise<object> {
  const bytes = body[Symbol.asyncIterator]();
  try {
    return await readBytes(bytes);
  } finally {
    await bytes.return?.();
  }
}

async function readBytes(bytes: AsyncIterator<Uint8Array>): Promise<object> {
  const held: Uint8Array[] = [];
  let length = 0;
  let next = await bytes.next();
  for (; !next.done && length <= PARSED_AT_ONCE; next = await bytes.next()) {
    held.push(next.value);
    length += next.value.length;
  }
  if (next.done) {
    const page = parsePage(held);
    if (page !== undefined) return page;
  }
  const splitter = createEventSplitter();
  const events: unknown[] = [];
  const take = (piece: Uint8Array) => {
    for (const event of splitter.take(piece)) events.push(event);
  };
  for (const piece of held.splice(0)) take(piece);
  for (; !next.done; next = await bytes.next()) {
    length += next.value.length;
    if (length > LONGEST_PAGE) throw new AnswerTooLong();
    take(next.value);
  }
  const end = splitter.end();
  if (!end.ok) throw new UnreadableAnswer(events);
  const { rest } = end;
  if (typeof rest !== 'object' || rest === null) throw new UnreadableAnswer(events);
  const strange = 'events' in rest && Array.isArray(rest.events) ? rest.events : [];
  for (const entry of strange) if (entry !== null) events.push(entry);
  return { ...rest, events };
}

function parsePage(pieces: readonly Uint8Array[]): object | undefined {
  try {
    const page: unknown = JSON.parse(Buffer.concat(pieces).toString());
    return typeof page === 'object' && page !== null ? page : undefined;
  } catch {
    return undefined;
  }
}

async function* oncePiece(bytes: Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await bytes;
}

function isIterable(body: unknown): body is Body {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/**
 * The SDK's protocol for Step Functions, except that a page of history is parsed by JSON.parse and handed on as it
 * came: timestamps are epoch seconds as on the wire, members unknown to this SDK stay. The SDK's own way through its
 * schema costs twice as much and drops what it does not know.
 */
export class HistoryProtocol extends AwsJson1_0Protocol {
  override async deserializeResponse<Output extends MetadataBearer>(
    operationSchema: OperationSchema,
    context: HandlerExecutionContext & SerdeFunctions,
    response: HttpResponse,
  ): Promise<Output> {
    if (operationSchema.name !== 'GetExecutionHistory' || this.isErrorResponse(response.statusCode)) {
      return super.deserializeResponse(operationSchema, context, response);
    }
    const { body }: { body?: unknown } = response;
    const page = await readPage(isIterable(body) ? body : oncePiece(context.streamCollector(response.body)));
    const $metadata = { httpStatusCode: response.statusCode, attempts: 1 };
    const output: unknown = Object.assign(page, { $metadata });
    return output as Output;
  }
}
