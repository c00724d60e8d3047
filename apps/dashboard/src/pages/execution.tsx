import { useRoute } from 'preact-iso';
import { api, type Execution, read, segment } from '../api.ts';
import { numberWords } from '../counts.ts';
import { nameOf, toExecutions, toStateMachine } from '../links.ts';
import { Arn } from '../parts/arn.tsx';
import { Status } from '../parts/badges.tsx';
import { ConflictsSection } from '../parts/conflicts-section.tsx';
import { EventsSection } from '../parts/events-section.tsx';
import { FindingList } from '../parts/finding-list.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { MapRunParent, MapRunsSection } from '../parts/map-runs-section.tsx';
import { NestedSection } from '../parts/nested-section.tsx';
import { Fact, Facts, Page, Section } from '../parts/page.tsx';
import { PendingSection } from '../parts/pending-section.tsx';
import { Duration, Time } from '../parts/time.tsx';
import { VerdictSection } from '../parts/verdict-section.tsx';
import { VisitsSection } from '../parts/visits-section.tsx';
import { CostSection, TakenSection } from '../parts/ways-sections.tsx';
import { useLoad } from '../use-load.ts';

export function ExecutionPage() {
  const { executionArn = '' } = useRoute().params;
  const load = useLoad(executionArn, () =>
    read(api.executions[':executionArn'].$get({ param: { executionArn: segment(executionArn) } })),
  );
  return (
    <Page
      kind="Execution"
      title={nameOf(executionArn)}
      aside={load.state === 'ready' && <Status status={load.value.status} />}
    >
      <Loaded load={load} what="the execution" lines={12}>
        {(execution) => <ExecutionBody key={execution.executionArn} execution={execution} />}
      </Loaded>
    </Page>
  );
}

function ExecutionBody({ execution }: { readonly execution: Execution }) {
  return (
    <>
      <Summary execution={execution} />
      <div class="columns even">
        <PendingSection execution={execution} />
        <VerdictSection execution={execution} />
      </div>
      <FindingsOf execution={execution} />
      <ConflictsSection execution={execution} />
      <MapRunsSection execution={execution} />
      <NestedSection execution={execution} />
      <VisitsSection execution={execution} />
      <CostSection execution={execution} />
      <TakenSection execution={execution} />
      <EventsSection execution={execution} />
    </>
  );
}

function Summary({ execution }: { readonly execution: Execution }) {
  const { error, cause, failedState, problem, replay } = execution;
  const failure = replay?.failure ?? null;
  return (
    <Section title="Summary">
      {problem !== null && (
        <div class="notice tone-warn">
          <p class="breakable">{problem}</p>
        </div>
      )}
      {(error !== null || cause !== null) && (
        <div class="notice tone-bad">
          <div>
            <p>
              <strong class="breakable">{error ?? 'It failed without naming an error'}</strong>
              {failedState !== null && ` in ${failedState}`}
              {failure !== null && (
                <>
                  {', '}
                  <a href={`#event-${failure.eventId}`}>event {numberWords(failure.eventId)}</a>
                </>
              )}
            </p>
            {cause !== null && <p class="breakable cause">{cause}</p>}
          </div>
        </div>
      )}
      <Facts>
        <Fact name="State machine">
          <a href={toStateMachine(execution.stateMachineArn)}>{nameOf(execution.stateMachineArn)}</a>
        </Fact>
        <Fact name="Started">
          <Time at={execution.startDate} />
        </Fact>
        <Fact name="Stopped">
          {execution.stopDate === null ? 'Not yet' : <Time at={execution.stopDate} />}
        </Fact>
        <Fact name="Duration">
          <Duration from={execution.startDate} to={execution.stopDate} />
        </Fact>
        <Fact name="Events">
          {numberWords(execution.events)} archived
          {!execution.complete && <span class="muted"> · the history goes on</span>}
        </Fact>
        {execution.redriveCount > 0 && (
          <Fact name="Redrives">
            {execution.redriveCount}
            {execution.redriveDate !== null && (
              <>
                , last <Time at={execution.redriveDate} />
              </>
            )}
          </Fact>
        )}
        {execution.mapRunArn !== null && (
          <Fact name="Child of map run" wide>
            <MapRunParent mapRunArn={execution.mapRunArn} />
            <Arn arn={execution.mapRunArn} label="map run ARN" />
          </Fact>
        )}
        {execution.stateMachineVersionArn !== null && (
          <Fact name="Started through" wide>
            <code class="breakable">
              {execution.stateMachineAliasArn ?? execution.stateMachineVersionArn}
            </code>
            {execution.stateMachineAliasArn !== null && (
              <span class="muted"> · version {execution.stateMachineVersionArn.split(':').at(-1)}</span>
            )}
          </Fact>
        )}
        {execution.definitionSha256 !== null && (
          <Fact name="Definition" wide>
            <DefinitionFact execution={execution} sha256={execution.definitionSha256} />
          </Fact>
        )}
        <Fact name="Seal" wide>
          <SealFact execution={execution} />
        </Fact>
        <Fact name="ARN" wide>
          <Arn arn={execution.executionArn} />
        </Fact>
      </Facts>
      {error !== null && (
        <p class="after">
          <a href={toExecutions({ stateMachineArn: execution.stateMachineArn, error })}>
            Other executions of {nameOf(execution.stateMachineArn)} with this error
          </a>
        </p>
      )}
    </Section>
  );
}

const ASSUMED: Readonly<Record<NonNullable<Execution['definitionAssumed']>, string>> = {
  forgotten:
    'AWS no longer has this execution and so does not say with which definition it ran: it was judged by the likeliest.',
  refused:
    'AWS refuses to say with which definition it ran (DescribeStateMachineForExecution), so it was judged by the likeliest. Allow the call: the right one then takes its place.',
  unobserved:
    'AWS does not say with which revision an Express execution ran, and its state machine was updated around its start, unseen: it was judged by the revision that explains it best.',
};

/** What it ran with, and by whose word. */
function DefinitionFact({
  execution: { revisionId, definitionAssumed },
  sha256,
}: {
  readonly execution: Execution;
  readonly sha256: string;
}) {
  return (
    <>
      {revisionId === '' ? (
        'The first revision'
      ) : (
        <>
          Revision <code class="breakable">{revisionId}</code>
        </>
      )}
      {', definition '}
      {/* Not a page of the dashboard: the router must leave it alone. */}
      <a href={`/api/v1/definitions/${sha256}`} target="_blank" rel="noreferrer">
        <code>{sha256.slice(0, 12)}</code>
      </a>
      {definitionAssumed !== null && <p class="muted">{ASSUMED[definitionAssumed]}</p>}
    </>
  );
}

/** What makes the archived history evidence, and how to check it. */
function SealFact({ execution: { seal, complete, executionArn } }: { readonly execution: Execution }) {
  if (seal === null) {
    return <span class="muted">{complete ? 'Waits for its seal' : 'Not before its history is whole'}</span>;
  }
  return (
    <>
      Entry {numberWords(seal.position)} of the log of seals, <Time at={seal.sealedAt} />
      <br />
      <code class="breakable">{seal.digest}</code>
      <br />
      <span class="muted">
        Checked byte for byte by <code class="breakable">steptrail verify {executionArn}</code>
      </span>
    </>
  );
}

function FindingsOf({ execution }: { readonly execution: Execution }) {
  const { executionArn } = execution;
  const load = useLoad(`findings of ${executionArn}`, () =>
    read(api.findings.$get({ query: { executionArn, state: 'all', limit: '20' } })),
  );
  if (load.state === 'ready' && load.value.rows.length === 0) return null;
  return (
    <Section title="Findings" flush>
      <Loaded load={load} what="findings" lines={2}>
        {({ rows }) => <FindingList findings={rows} />}
      </Loaded>
    </Section>
  );
}
