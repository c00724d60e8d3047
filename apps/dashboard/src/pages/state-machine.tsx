import { useRoute } from 'preact-iso';
import { api, read, type StateMachine, segment } from '../api.ts';
import { useFilters } from '../filters.ts';
import { toCoverage, toExecutions, toFindings } from '../links.ts';
import { Arn } from '../parts/arn.tsx';
import { DefinitionView } from '../parts/definition-view.tsx';
import { ExecutionTable } from '../parts/execution-table.tsx';
import { FindingList } from '../parts/finding-list.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { Fact, Facts, Page, Section } from '../parts/page.tsx';
import { RevisionsSection } from '../parts/revisions-section.tsx';
import { Time } from '../parts/time.tsx';
import { VersionsSection } from '../parts/versions-section.tsx';
import { useLoad } from '../use-load.ts';

export function StateMachinePage() {
  const { stateMachineArn = '' } = useRoute().params;
  const load = useLoad(stateMachineArn, () =>
    read(
      api['state-machines'][':stateMachineArn'].$get({
        param: { stateMachineArn: segment(stateMachineArn) },
      }),
    ),
  );
  return (
    <Page
      kind="State machine"
      title={load.state === 'ready' ? load.value.name : 'State machine'}
      aside={
        load.state === 'ready' && (
          <span class="muted">{load.value.type === 'EXPRESS' ? 'Express' : 'Standard'}</span>
        )
      }
    >
      <Loaded load={load} what="the state machine" lines={10}>
        {(machine) => <StateMachineBody machine={machine} />}
      </Loaded>
    </Page>
  );
}

function StateMachineBody({ machine }: { readonly machine: StateMachine }) {
  // Who comes for a place in the definition gets the definition first.
  const pointed = useFilters().any('pointer');
  return (
    <>
      <Section title="About">
        <Facts>
          <Fact name="Status">
            {machine.goneAt === null ? (
              (machine.status ?? 'Unknown')
            ) : (
              <>
                No longer in AWS since <Time at={machine.goneAt} />
              </>
            )}
          </Fact>
          {machine.creationDate !== null && (
            <Fact name="Created">
              <Time at={machine.creationDate} />
            </Fact>
          )}
          <Fact name="Last seen">
            <Time at={machine.lastSeenAt} />
          </Fact>
          <Fact name="Revision">{machine.revisionId || 'The first, which AWS leaves without an id'}</Fact>
          <Fact name="Logging">{loggingOf(machine)}</Fact>
          <Fact name="Tracing">{isEnabled(machine.tracingConfiguration) ? 'With X-Ray' : 'Off'}</Fact>
          <Fact name="Encryption">{encryptionOf(machine.encryptionConfiguration)}</Fact>
          <Fact name="Tags">{tagsOf(machine.tags) || 'None'}</Fact>
          <Fact name="Archived">
            <a href={toCoverage({ stateMachineArn: machine.stateMachineArn })}>What of its executions</a>
          </Fact>
          <Fact name="ARN" wide>
            <Arn arn={machine.stateMachineArn} />
          </Fact>
          <Fact name="Role" wide>
            {machine.roleArn === null ? 'Unknown' : <Arn arn={machine.roleArn} label="role ARN" />}
          </Fact>
        </Facts>
      </Section>
      {pointed && <DefinitionOf machine={machine} />}
      <FindingsOf machine={machine} />
      <ExecutionsOf machine={machine} />
      <RevisionsSection machine={machine} />
      <VersionsSection machine={machine} />
      {!pointed && <DefinitionOf machine={machine} />}
    </>
  );
}

/** Of an Express state machine nothing but its log tells what it did. */
function loggingOf({ loggingConfiguration, type }: StateMachine): string {
  if (!isFields(loggingConfiguration)) return 'Unknown';
  const { level, logGroupArn } = loggingConfiguration;
  const off = type === 'EXPRESS' ? 'Off: nothing of its executions can be archived' : 'Off';
  if (level === 'OFF') return off;
  return `Level ${String(level)}${typeof logGroupArn === 'string' ? `, to ${logGroupArn.split(':').at(-1)}` : ''}`;
}

function isEnabled(configuration: unknown): boolean {
  return isFields(configuration) && configuration.enabled === true;
}

function tagsOf(tags: unknown): string {
  const all: readonly unknown[] = Array.isArray(tags) ? tags : [];
  return all.flatMap((tag) => (isFields(tag) ? [`${String(tag.key)}=${String(tag.value)}`] : [])).join(', ');
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function encryptionOf(configuration: unknown): string {
  if (!isFields(configuration)) return 'Unknown';
  if (configuration.kmsKeyId !== undefined) return `With the key ${String(configuration.kmsKeyId)}`;
  return 'With a key that AWS owns';
}

function FindingsOf({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn } = machine;
  const load = useLoad(`findings of ${stateMachineArn}`, () =>
    read(api.findings.$get({ query: { stateMachineArn, limit: '10' } })),
  );
  return (
    <Section title="Open findings" flush aside={<a href={toFindings({ stateMachineArn })}>All findings</a>}>
      <Loaded load={load} what="findings" lines={3}>
        {({ rows }) =>
          rows.length > 0 ? <FindingList findings={rows} /> : <Empty title="No open findings" />
        }
      </Loaded>
    </Section>
  );
}

function ExecutionsOf({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn } = machine;
  const load = useLoad(`executions of ${stateMachineArn}`, () =>
    read(api.executions.$get({ query: { stateMachineArn, limit: '10' } })),
  );
  return (
    <Section
      title="Recent executions"
      flush
      aside={<a href={toExecutions({ stateMachineArn })}>All executions</a>}
    >
      <Loaded load={load} what="executions" lines={4}>
        {({ rows }) =>
          rows.length > 0 ? (
            <ExecutionTable
              executions={rows}
              caption="Recent executions, newest first"
              withStateMachine={false}
            />
          ) : (
            <Empty title="No executions archived yet">
              They appear when the ingester has fetched their histories.
              {machine.type === 'EXPRESS' &&
                ' Those of an Express state machine are read from its log group.'}
            </Empty>
          )
        }
      </Loaded>
    </Section>
  );
}

function DefinitionOf({ machine }: { readonly machine: StateMachine }) {
  const filters = useFilters();
  const { stateMachineArn } = machine;
  const load = useLoad(`definition of ${stateMachineArn}`, () =>
    read(
      api['state-machines'][':stateMachineArn'].definition.$get({
        param: { stateMachineArn: segment(stateMachineArn) },
        query: {},
      }),
    ),
  );
  const pointers = filters.any('pointer') ? [filters.get('pointer')] : [];
  return (
    <Section title="Definition" flush>
      <Loaded load={load} what="the definition">
        {({ definition, problems }) => (
          <>
            {problems.length > 0 && (
              <div class="notice tone-bad">
                <div>
                  <p>
                    <strong>This definition is not valid.</strong>
                  </p>
                  <ul class="plain">
                    {problems.map((problem) => (
                      <li key={`${problem.pointer} ${problem.code}`}>
                        <code>{problem.pointer || '/'}</code> {problem.message}
                      </li>
                    ))}
                  </ul>
                </div>
              </div>
            )}
            <DefinitionView text={definition} pointers={pointers} />
          </>
        )}
      </Loaded>
    </Section>
  );
}
