import type { Execution, Replay } from '../api.ts';
import { byteWords, countWords } from '../counts.ts';
import { Icon } from './icon.tsx';
import { Section } from './page.tsx';

/** Whether the definition explains the history. */
export function VerdictSection({ execution }: { readonly execution: Execution }) {
  const { replay } = execution;
  return (
    <Section title="Replay">
      {replay === null ? (
        <p class="muted">
          {execution.problem ?? 'Not replayed yet: that happens when its history is archived.'}
        </p>
      ) : (
        <Verdict replay={replay} />
      )}
    </Section>
  );
}

function Verdict({ replay }: { readonly replay: Replay }) {
  return (
    <>
      <p class="verdict">
        {replay.verdict === 'diverges' ? (
          <span class="badge tone-bad">
            <Icon name="split" /> Diverges
          </span>
        ) : (
          <span class="badge tone-good">
            <Icon name="check" /> Agrees
          </span>
        )}
        <span>{sentenceOf(replay)}</span>
      </p>
      {replay.divergenceDetail.length > 0 && (
        <ol class="divergences">
          {replay.divergenceDetail.map((divergence) => (
            <li key={`${divergence.eventId} ${divergence.kind} ${divergence.expected}`}>
              <p>
                <a href={`#event-${divergence.eventId}`}>Event {divergence.eventId}</a>
                {divergence.state !== undefined && ` in ${divergence.state}`}: {divergence.why}
              </p>
              <dl class="facts">
                <div>
                  <dt>Expected</dt>
                  <dd>
                    <code class="breakable">{divergence.expected}</code>
                  </dd>
                </div>
                <div>
                  <dt>Recorded</dt>
                  <dd>
                    <code class="breakable">{divergence.recorded}</code>
                  </dd>
                </div>
              </dl>
            </li>
          ))}
        </ol>
      )}
      {replay.unverifiableDetail.length > 0 && <Unverifiable replay={replay} />}
      {replay.largestPayload !== null && (
        <p class="muted">
          Largest payload: {byteWords(replay.largestPayload.bytes)} at{' '}
          <a href={`#event-${replay.largestPayload.eventId}`}>event {replay.largestPayload.eventId}</a>
        </p>
      )}
    </>
  );
}

function sentenceOf({ agrees, unverifiable, divergences }: Replay): string {
  const rest =
    unverifiable === 0
      ? ''
      : `; ${countWords(unverifiable, 'comparison')} could not be made, for the reasons below`;
  if (divergences > 0) {
    return `The definition does not explain ${countWords(divergences, 'recorded thing')}. ${countWords(agrees, 'comparison agrees', 'comparisons agree')}${rest}.`;
  }
  return `The definition explains everything that could be compared: ${countWords(agrees, 'comparison')}${rest}.`;
}

/** Grouped by reason: the same reason often stands at hundreds of events. */
function Unverifiable({ replay }: { readonly replay: Replay }) {
  const byReason = new Map<string, number[]>();
  for (const { reason, eventId } of replay.unverifiableDetail) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), eventId]);
  }
  return (
    <details open={replay.verdict !== 'diverges' && byReason.size <= 3}>
      <summary>Not verifiable: {countWords(replay.unverifiable, 'comparison')}</summary>
      <ul class="plain">
        {[...byReason].map(([reason, eventIds]) => (
          <li key={reason}>
            {reason}:{' '}
            {eventIds.slice(0, 8).map((eventId, index) => (
              <span key={eventId}>
                {index > 0 && ', '}
                <a href={`#event-${eventId}`}>event {eventId}</a>
              </span>
            ))}
            {eventIds.length > 8 && ` and ${eventIds.length - 8} more`}
          </li>
        ))}
      </ul>
    </details>
  );
}
