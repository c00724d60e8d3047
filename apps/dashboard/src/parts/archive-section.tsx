import type { Overview } from '../api.ts';
import { countWords, numberWords, sum } from '../counts.ts';
import { toCoverage } from '../links.ts';
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
          {countWords(overview.stateMachines, 'state machine')}, {countWords(overview.events, 'event')} (
          <a href={toCoverage()}>is anything missing?</a>)
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

function Source({ source }: { readonly source: Overview['sources'][number] }) {
  const place = [source.accountId, source.region].filter((part) => part !== undefined).join(' · ');
  return (
    <>
      {source.kind === 'sandbox' ? 'Sandbox: demo data, not an AWS account' : `AWS account ${place}`}
      {source.endpoint !== undefined && <span class="muted breakable"> at {source.endpoint}</span>}
    </>
  );
}

const PROGRESS = [
  ['stateMachines', 'state machines'],
  ['listed', 'executions listed'],
  ['archived', 'with something new'],
  ['unchanged', 'without'],
  ['failed', 'not to their end'],
  ['events', 'new events'],
  ['rechecked', 'judged again'],
  ['alertsDelivered', 'alerts sent'],
  ['alertsFailed', 'alerts not sent'],
] as const;

/** What the ingester wrote of its progress, as far as there was any. */
function Progress({ progress }: { readonly progress: Readonly<Record<string, unknown>> }) {
  const facts = PROGRESS.flatMap(([name, words]) => {
    const value = progress[name];
    return typeof value === 'number' && value > 0 ? [`${numberWords(value)} ${words}`] : [];
  });
  if (facts.length === 0) return null;
  return <Fact name="Progress">{facts.join(', ')}</Fact>;
}
