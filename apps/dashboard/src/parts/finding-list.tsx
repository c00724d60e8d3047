import type { FindingRow } from '../api.ts';
import { nameOf, toExecution, toFinding, toStateMachine } from '../links.ts';
import { Severity } from './badges.tsx';
import { Icon } from './icon.tsx';
import { Prose } from './prose.tsx';
import { Age } from './time.tsx';

/** Findings, each with the way to its evidence. */
export function FindingList({ findings }: { readonly findings: readonly FindingRow[] }) {
  return (
    <ul class="finding-list">
      {findings.map((finding) => (
        <li key={finding.findingId}>
          <div class="finding-severity">
            <Severity severity={finding.severity} />
          </div>
          <div class="finding-body">
            <h3>
              <a href={toFinding(finding.findingId)}>{finding.title}</a>
            </h3>
            <p class="breakable">
              <Prose text={finding.text} />
            </p>
            <p class="finding-meta">
              <a href={toStateMachine(finding.stateMachineArn)}>{nameOf(finding.stateMachineArn)}</a>
              <EvidenceLink finding={finding} />
              <span class="muted">
                {finding.resolvedAt === null ? 'opened ' : 'resolved '}
                <Age at={finding.resolvedAt ?? finding.openedAt} />
              </span>
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The shortest way to the proof: the last event of the first execution, or the place in the definition. */
function EvidenceLink({ finding }: { readonly finding: FindingRow }) {
  const proof = finding.evidence.executions[0];
  if (proof !== undefined) {
    const eventId = proof.eventIds.at(-1);
    return (
      <a href={toExecution(proof.executionArn, eventId)}>
        {nameOf(proof.executionArn)}
        {eventId !== undefined && ` · event ${eventId}`}
      </a>
    );
  }
  const pointer = finding.evidence.pointers[0];
  if (pointer === undefined) return null;
  return (
    <a href={toStateMachine(finding.stateMachineArn, pointer)}>
      <Icon name="machine" /> <code>{pointer === '' ? '/' : pointer}</code>
    </a>
  );
}
