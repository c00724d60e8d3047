import { api, type Overview, read } from '../api.ts';
import { numberWords, sum } from '../counts.ts';
import { toExecutions, toFindings } from '../links.ts';
import { ArchiveSection } from '../parts/archive-section.tsx';
import { SEVERITIES, Severity, Status } from '../parts/badges.tsx';
import { ExecutionsOverTime } from '../parts/executions-over-time.tsx';
import { FindingList } from '../parts/finding-list.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { Page, Section } from '../parts/page.tsx';
import { SlowedSection } from '../parts/slowed-section.tsx';
import { Age } from '../parts/time.tsx';
import { useLoad } from '../use-load.ts';

const REFRESH_SECONDS = 15;
const STATUSES = ['RUNNING', 'FAILED', 'TIMED_OUT', 'ABORTED', 'SUCCEEDED'] as const;

export function OverviewPage() {
  const load = useLoad('overview', () => read(api.overview.$get()), REFRESH_SECONDS);
  return (
    <Page title="Overview" aside={load.state === 'ready' && <Updated overview={load.value} />}>
      <Loaded load={load} what="the overview" lines={12}>
        {(overview) => (
          <>
            <Attention overview={overview} />
            <Problems overview={overview} />
            <SlowedSection slowed={overview.slowed} />
            <Counts overview={overview} />
            <ExecutionsOverTime refreshSeconds={REFRESH_SECONDS} />
            <ArchiveSection overview={overview} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Updated({ overview }: { readonly overview: Overview }) {
  return (
    <>
      {overview.sources.some(({ kind }) => kind === 'sandbox') && (
        <span class="badge tone-demo">
          <Icon name="flask" /> Sandbox: demo data
        </span>
      )}
      <span class="muted">
        Updated <Age at={overview.now} />
      </span>
    </>
  );
}

function Attention({ overview }: { readonly overview: Overview }) {
  const grave = (overview.openFindings.critical ?? 0) + (overview.openFindings.high ?? 0);
  const more = grave - overview.attention.length;
  const open = sum(overview.openFindings);
  return (
    <Section
      title="Needs attention now"
      flush
      aside={open > 0 && <a href={toFindings()}>All {numberWords(open)} open findings</a>}
    >
      {overview.attention.length === 0 ? (
        sum(overview.executions) === 0 ? (
          <Empty title="Nothing is archived yet">
            As soon as the ingester has fetched the first histories, what needs attention stands here. How
            that goes is said below.
          </Empty>
        ) : (
          <Empty title="Nothing needs attention">No critical or high finding is open.</Empty>
        )
      ) : (
        <FindingList findings={overview.attention} />
      )}
      {more > 0 && (
        <p class="more">
          <a href={toFindings({ severity: ['critical', 'high'] })}>
            {numberWords(more)} more critical or high
          </a>
        </p>
      )}
    </Section>
  );
}

function Problems({ overview }: { readonly overview: Overview }) {
  if (overview.problems.length === 0) return null;
  return (
    <Section title="Problems of ingest">
      <ul class="problem-list">
        {overview.problems.map((problem) => (
          <li key={problem.subject}>
            <Icon name="alert" />
            <div>
              <p class="breakable">{problem.message}</p>
              <p class="muted breakable">
                {problem.subject} · {problem.code} · last <Age at={problem.lastAt} />
                {problem.times > 1 && ` · ${numberWords(problem.times)} times`}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Counts({ overview }: { readonly overview: Overview }) {
  return (
    <section class="tiles" aria-label="Counts">
      <div>
        <h2>Executions</h2>
        <ul>
          {STATUSES.map((status) => (
            <li key={status}>
              <a href={toExecutions({ status })}>
                <Status status={status} />
                <strong class="number">{numberWords(overview.executions[status] ?? 0)}</strong>
              </a>
            </li>
          ))}
          <li>
            <a href={toExecutions({ diverging: 'true' })}>
              <span class={overview.divergingExecutions > 0 ? 'badge tone-bad' : 'badge tone-quiet'}>
                <Icon name="split" /> Diverging
              </span>
              <strong class="number">{numberWords(overview.divergingExecutions)}</strong>
            </a>
          </li>
        </ul>
      </div>
      <div>
        <h2>Open findings</h2>
        <ul>
          {SEVERITIES.map((severity) => (
            <li key={severity}>
              <a href={toFindings({ severity })}>
                <Severity severity={severity} />
                <strong class="number">{numberWords(overview.openFindings[severity] ?? 0)}</strong>
              </a>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
