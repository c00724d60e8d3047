import type { Overview } from '../api.ts';
import { countWords, numberWords, sum } from '../counts.ts';
import { Fact, Facts, Section } from './page.tsx';
import { Time } from './time.tsx';

/** How much is archived, from where, and how the ingester is doing. */
export function ArchiveSection({ overview }: { readonly overview: Overview }) {
  const { lastRun, tasks, sources } = overview;
  return (
    <Section title="Archive">
      <Facts>
        <Fact name={sources.length > 1 ? 'Sources' : 'Source'}>
          {sources.length === 0
            ? 'This server does not ingest'
            : sources.map((source) => (
                <div key={`${source.accountId} ${source.region} ${source.endpoint}`}>
                  <Source source={source} />
                </div>
              ))}
        </Fact>
        <Fact name="Archived">
          {countWords(sum(overview.executions), 'execution')} of{' '}
          {countWords(overview.stateMachines, 'state machine')}, {countWords(overview.events, 'event')}
        </Fact>
        <Fact name="Last ingest">
          {lastRun === null ? (
            <>
              None yet: run <code>steptrail ingest</code>
            </>
          ) : lastRun.finishedAt === null ? (
            <>
              running since <Time at={lastRun.startedAt} />
            </>
          ) : (
            <>
              finished <Time at={lastRun.finishedAt} />
            </>
          )}
        </Fact>
        {lastRun !== null && <Progress progress={lastRun.progress} />}
        {tasks.waiting > 0 && (
          <Fact name="Still to fetch">
            {countWords(tasks.waiting, 'execution')}
            {tasks.failed > 0 && (
              <span class="muted"> · {numberWords(tasks.failed)} failed before, and are tried again</span>
            )}
          </Fact>
        )}
        {overview.dataFolderNote !== null && <Fact name="Stored in">{overview.dataFolderNote}</Fact>}
        <Fact name="Steptrail">{overview.version}</Fact>
      </Facts>
    </Section>
  );
}

function Source({ source }: { readonly source: NonNullable<Overview['source']> }) {
  const place = [source.accountId, source.region].filter((part) => part !== undefined).join(' · ');
  return (
    <>
      {source.kind === 'sandbox' ? 'Sandbox: demo data, not an AWS account' : `AWS account ${place}`}
      {source.endpoint !== undefined && <span class="muted breakable"> at {source.endpoint}</span>}
    </>
  );
}

/** What the ingester wrote of its progress: names in words, numbers as they are. */
function Progress({ progress }: { readonly progress: Readonly<Record<string, unknown>> }) {
  const facts = Object.entries(progress).flatMap(([name, value]) =>
    typeof value === 'number' && value > 0
      ? [`${numberWords(value)} ${name.replace(/([A-Z])/g, ' $1').toLowerCase()}`]
      : [],
  );
  if (facts.length === 0) return null;
  return <Fact name="Progress">{facts.join(', ')}</Fact>;
}
