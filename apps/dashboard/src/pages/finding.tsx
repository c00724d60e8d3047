import { useRoute } from 'preact-iso';
import { api, type Finding, read, segment } from '../api.ts';
import { nameOf, toExecution, toFindings, toStateMachine } from '../links.ts';
import { Arn } from '../parts/arn.tsx';
import { Severity } from '../parts/badges.tsx';
import { DefinitionView } from '../parts/definition-view.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { Fact, Facts, Page, Section } from '../parts/page.tsx';
import { Prose } from '../parts/prose.tsx';
import { Time } from '../parts/time.tsx';
import { useLoad } from '../use-load.ts';

export function FindingPage() {
  const { findingId = '' } = useRoute().params;
  const load = useLoad(findingId, () =>
    read(api.findings[':findingId'].$get({ param: { findingId: segment(findingId) } })),
  );
  const title = load.state === 'ready' ? load.value.title : 'Finding';
  return (
    <Page
      kind="Finding"
      title={title}
      aside={load.state === 'ready' && <Severity severity={load.value.severity} />}
    >
      <Loaded load={load} what="the finding" lines={10}>
        {(finding) => <FindingBody finding={finding} />}
      </Loaded>
    </Page>
  );
}

function FindingBody({ finding }: { readonly finding: Finding }) {
  return (
    <>
      <p class="lead breakable">
        <Prose text={finding.text} />
      </p>
      <div class="columns">
        <div>
          <EvidenceSection finding={finding} />
          {finding.evidence.pointers.length > 0 && <PlaceInDefinition finding={finding} />}
        </div>
        <div>
          <Section title="Why it matters">
            <p>{finding.why || 'This version of Steptrail no longer has the rule behind this finding.'}</p>
            {finding.mend !== '' && (
              <>
                <h3>How to mend it</h3>
                <p>{finding.mend}</p>
              </>
            )}
            {finding.reference !== '' && <Reference reference={finding.reference} />}
          </Section>
          <AboutSection finding={finding} />
        </div>
      </div>
    </>
  );
}

function Reference({ reference }: { readonly reference: string }) {
  return (
    <p class="muted breakable">
      Reference:{' '}
      {reference.startsWith('https://') ? (
        <a href={reference} rel="noreferrer" target="_blank">
          {reference.replace('https://', '')}
        </a>
      ) : (
        reference
      )}
    </p>
  );
}

function EvidenceSection({ finding }: { readonly finding: Finding }) {
  const { executions, pointers } = finding.evidence;
  return (
    <Section title="Evidence">
      {executions.length === 0 && pointers.length === 0 && (
        <Empty title="No evidence was kept">Ingest again to judge it anew.</Empty>
      )}
      <ul class="evidence-list">
        {executions.map(({ executionArn, eventIds }) => (
          <li key={executionArn}>
            <p>
              Execution <a href={toExecution(executionArn)}>{nameOf(executionArn)}</a>
            </p>
            {eventIds.length > 0 && (
              <ul class="event-links">
                {eventIds.map((eventId) => (
                  <li key={eventId}>
                    <a class="button" href={toExecution(executionArn, eventId)}>
                      Event {eventId} <Icon name="arrow" />
                    </a>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
        {pointers.map((pointer) => (
          <li key={pointer}>
            <p>
              Definition of{' '}
              <a href={toStateMachine(finding.stateMachineArn, pointer)}>
                {nameOf(finding.stateMachineArn)} at <code>{pointer === '' ? '/' : pointer}</code>
              </a>
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The definition that the execution ran with; for a finding on the state machine, its current one. */
function PlaceInDefinition({ finding }: { readonly finding: Finding }) {
  const { stateMachineArn, executionArn, evidence } = finding;
  const load = useLoad(`definition of ${executionArn ?? stateMachineArn}`, async () => {
    if (executionArn !== null) {
      const execution = await read(
        api.executions[':executionArn'].$get({ param: { executionArn: segment(executionArn) } }),
      );
      const { definitionSha256 } = execution;
      if (definitionSha256 !== null) {
        return read(api.definitions[':definitionSha256'].$get({ param: { definitionSha256 } }));
      }
    }
    const param = { stateMachineArn: segment(stateMachineArn) };
    return read(api['state-machines'][':stateMachineArn'].definition.$get({ param, query: {} }));
  });
  return (
    <Section title="In the definition" flush>
      <Loaded load={load} what="the definition">
        {({ definition }) => <DefinitionView text={definition} pointers={evidence.pointers} />}
      </Loaded>
    </Section>
  );
}

function AboutSection({ finding }: { readonly finding: Finding }) {
  return (
    <Section title="About this finding">
      <Facts>
        <Fact name="State">{finding.resolvedAt === null ? 'Open' : 'Resolved'}</Fact>
        <Fact name="Opened">
          <Time at={finding.openedAt} />
          {finding.openings > 1 && <span class="muted"> · for the {finding.openings}th time</span>}
        </Fact>
        {finding.resolvedAt === null ? (
          <Fact name="Last seen">
            <Time at={finding.lastSeenAt} />
          </Fact>
        ) : (
          <Fact name="Resolved">
            <Time at={finding.resolvedAt} />
          </Fact>
        )}
        <Fact name="State machine">
          <a href={toStateMachine(finding.stateMachineArn)}>{nameOf(finding.stateMachineArn)}</a>
        </Fact>
        <Fact name="Rule">
          <a href={toFindings({ ruleId: finding.ruleId })}>{finding.ruleId}</a>
        </Fact>
        <Fact name="Finding">
          <Arn arn={finding.findingId} label="finding id" />
        </Fact>
        <Fact name="Alerts">
          {finding.alerts.length === 0 ? (
            'None: no webhook or SNS topic was told'
          ) : (
            <ul class="plain">
              {finding.alerts.map((alert) => (
                <li key={`${alert.change} ${alert.destination} ${alert.createdAt}`}>
                  {alert.change} to {alert.destination}: <AlertState alert={alert} />
                </li>
              ))}
            </ul>
          )}
        </Fact>
      </Facts>
    </Section>
  );
}

function AlertState({ alert }: { readonly alert: Finding['alerts'][number] }) {
  if (alert.deliveredAt !== null) {
    return (
      <>
        delivered <Time at={alert.deliveredAt} />
      </>
    );
  }
  if (alert.givenUpAt !== null)
    return (
      <>
        given up after {alert.attempts} attempts: {alert.lastError}
      </>
    );
  return (
    <>
      next attempt <Time at={alert.nextAttemptAt} />
      {alert.lastError !== null && `: ${alert.lastError}`}
    </>
  );
}
