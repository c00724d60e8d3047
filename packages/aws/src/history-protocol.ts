import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols';
import type {
  HandlerExecutionContext,
  HttpResponse,
  MetadataBearer,
  OperationSchema,
  SerdeFunctions,
} from '@smithy/types';
import { salvageObjects } from './cut-json.ts';

/** An answer that is no JSON, or that breaks off. `events` are those that were complete before the break. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
  readonly events: readonly unknown[];
  readonly excerpt: string;
  /** Tells the SDK's retry strategy that asking again may help. */
  readonly $retryable = { throttling: false };

  constructor(text: string) {
    super('The answer is no complete JSON.');
    this.events = salvageObjects(text, 'events');
    this.excerpt = text.slice(0, 80);
  }
}

/**
 * The SDK's protocol for Step Functions, except that a page of history is parsed once by JSON.parse and handed on as it
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
    const bytes = await context.streamCollector(response.body);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    let page: unknown;
    try {
      page = JSON.parse(text);
    } catch {
      throw new UnreadableAnswer(text);
    }
    if (typeof page !== 'object' || page === null) throw new UnreadableAnswer(text);
    const $metadata = { httpStatusCode: response.statusCode, attempts: 1 };
    const output: unknown = Object.assign(page, { $metadata });
    return output as Output;
  }
}
