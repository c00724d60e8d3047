import { useState } from 'preact/hooks';
import { api, type HistoryEvent, read, segment } from '../api.ts';
import { byteWords } from '../counts.ts';
import { durationWords, preciseWords } from '../time-words.ts';

interface Props {
  readonly event: HistoryEvent;
  readonly executionArn: string;
  /** Epoch milliseconds. */
  readonly started: number;
  /** Whether the URL names this event. */
  readonly isTarget: boolean;
}

type Shown =
  | { readonly state: 'hidden' | 'loading' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'shown'; readonly payloads: HistoryEvent['payloads'] };

/** Details of so many characters stay on one line. */
const SHORT = 40;

/** One event. Its payloads may hold secrets: their texts are fetched and shown only when asked for. */
export function EventRow({ event, executionArn, started, isTarget }: Props) {
  const [shown, setShown] = useState<Shown>({ state: 'hidden' });
  const time = Date.parse(event.timestamp);
  const toggle = () => {
    if (shown.state !== 'hidden') return setShown({ state: 'hidden' });
    setShown({ state: 'loading' });
    readPayloads(executionArn, event.id).then(
      (payloads) => setShown({ state: 'shown', payloads }),
      (error: unknown) =>
        setShown({ state: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
  };
  return (
    <>
      <tr
        id={`event-${event.id}`}
        class={isTarget ? `target ${toneOf(event.type)}` : toneOf(event.type)}
        tabIndex={-1}
        aria-current={isTarget ? 'true' : undefined}
      >
        <td class="right number">
          <a class="quiet-link" href={`#event-${event.id}`} aria-label={`Event ${event.id}`}>
            {event.id}
          </a>
        </td>
        <th scope="row" class="event-type">
          {event.type}
        </th>
        <td class="event-details">
          {Object.entries(event.details).map(([name, value]) => (
            <span key={name} class="detail">
              <span class="muted">{name}</span>{' '}
              <span class={String(value).length <= SHORT ? 'nowrap' : 'breakable'}>{String(value)}</span>
            </span>
          ))}
        </td>
        <td>
          {event.payloads.length > 0 && (
            <button
              type="button"
              class="button small"
              aria-expanded={shown.state !== 'hidden'}
              aria-label={`${event.payloads.map(describePayload).join(', ')} of event ${event.id}`}
              onClick={toggle}
            >
              {event.payloads.map(describePayload).join(', ')}
            </button>
          )}
        </td>
        <td class="nowrap number">
          <time dateTime={event.timestamp} title={event.timestamp}>
            {preciseWords(time)}
          </time>
        </td>
        <td class="nowrap number right muted">+{durationWords(time - started)}</td>
      </tr>
      {shown.state !== 'hidden' && (
        <tr class="payloads">
          <td colSpan={6}>
            <PayloadTexts shown={shown} />
          </td>
        </tr>
      )}
    </>
  );
}

function PayloadTexts({ shown }: { readonly shown: Shown }) {
  switch (shown.state) {
    case 'hidden':
      return null;
    case 'loading':
      return <p role="status">Loading payloads…</p>;
    case 'failed':
      return <p role="alert">{shown.message}</p>;
    case 'shown':
      return (
        <>
          {shown.payloads.map((payload) => (
            <figure key={payload.name}>
              <figcaption>{describePayload(payload)}</figcaption>
              {payload.text !== undefined && <pre>{indent(payload.text)}</pre>}
            </figure>
          ))}
        </>
      );
  }
}

async function readPayloads(executionArn: string, eventId: number): Promise<HistoryEvent['payloads']> {
  const page = await read(
    api.executions[':executionArn'].events.$get({
      param: { executionArn: segment(executionArn) },
      query: { from: String(eventId), limit: '1', payloads: 'true' },
    }),
  );
  return page.rows[0]?.payloads ?? [];
}

function describePayload({ name, bytes, unknown }: HistoryEvent['payloads'][number]): string {
  return bytes === null ? `${name} ${unknown ?? 'unknown'}` : `${name} ${byteWords(bytes)}`;
}

/** JSON with line breaks, for reading; other text as it is. */
function indent(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function toneOf(type: string): string {
  if (/(Failed|TimedOut)$/.test(type)) return 'event-bad';
  return /Aborted$/.test(type) ? 'event-warn' : '';
}
