import type { Overview } from '../api.ts';
import { countWords } from '../counts.ts';
import { durationWords } from '../time-words.ts';
import { Icon } from './icon.tsx';
import { Section } from './page.tsx';
import { Time } from './time.tsx';

type Slowed = Overview['slowed'][number];

/** What keeps the ingester waiting: operations that AWS throttles, or of which the quota is used up. */
export function SlowedSection({ slowed }: { readonly slowed: readonly Slowed[] }) {
  if (slowed.length === 0) return null;
  return (
    <Section title="Slowed by quotas">
      <ul class="problem-list">
        {slowed.map((bucket) => (
          <li key={`${bucket.accountId} ${bucket.region} ${bucket.operation}`}>
            <Icon name="hourglass" />
            <div>
              <p>
                <strong>{bucket.operation}</strong> {waitWords(bucket)}
              </p>
              <p class="muted breakable">
                {bucket.accountId} · {bucket.region} · {sizeWords(bucket)}
                {bucket.throttledAt !== null && (
                  <>
                    {' '}
                    · throttled last <Time at={bucket.throttledAt} />
                  </>
                )}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function waitWords({ pace, tokens, refillPerSecond }: Slowed): string {
  const waiting = Math.ceil(-tokens);
  const throttled =
    pace < 1
      ? `goes at ${Math.round(pace * 100)} % of its pace, for AWS throttled it; this passes in minutes`
      : '';
  const used =
    waiting > 0
      ? `${countWords(waiting, 'call waits', 'calls wait')} for the quota, the last for ${durationWords((waiting / (refillPerSecond * pace)) * 1000)}`
      : '';
  return `${[throttled, used].filter(Boolean).join('; ')}.`;
}

function sizeWords({ capacity, refillPerSecond }: Slowed): string {
  return `${countWords(capacity, 'call')} at once, then ${refillPerSecond} a second`;
}
