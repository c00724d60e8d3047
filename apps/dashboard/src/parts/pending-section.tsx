import type { Execution, Pending } from '../api.ts';
import { numberWords } from '../counts.ts';
import { nameOf, toExecution, toStateMachine } from '../links.ts';
import { useNow } from '../now.ts';
import { ageWords, durationWords } from '../time-words.ts';
import { Icon } from './icon.tsx';
import { Section } from './page.tsx';
import { Time } from './time.tsx';

const WAITS: Readonly<Record<string, string>> = {
  'task result': 'the result of a task',
  'job completion': 'a job to complete',
  'child execution': 'an execution that it started',
  'callback token': 'a callback with its task token',
  'activity worker': 'an activity worker to poll for it: nobody has yet',
  'activity result': 'the answer of an activity worker',
  'wait timer': 'a timer',
  'retry back-off': 'the next retry',
  branches: 'its branches',
  'map iterations': 'its iterations',
  'map run': 'a map run to end',
  'next event': 'nothing: the archived history ends between two events',
};

const BOUNDS: Readonly<Record<string, string>> = {
  'task TimeoutSeconds': 'the TimeoutSeconds of its task',
  'task HeartbeatSeconds': 'the HeartbeatSeconds of its task',
  'machine TimeoutSeconds': 'the TimeoutSeconds of the state machine',
  wait: 'the Wait state',
  retry: 'the interval of the retry',
};

/** What an open execution waits for, and until when, or plainly that nothing bounds it. */
export function PendingSection({ execution }: { readonly execution: Execution }) {
  const pending = execution.replay?.pending ?? [];
  if (execution.replay === null || (pending.length === 0 && execution.stopDate !== null)) return null;
  return (
    <Section title="What it waits for">
      {pending.length === 0 ? (
        <p class="muted">Replay saw nothing that it waits for.</p>
      ) : (
        <ul class="pending-list">
          {pending.map((each) => (
            <PendingItem key={`${each.path} ${each.eventId}`} pending={each} execution={execution} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function PendingItem({ pending, execution }: { readonly pending: Pending; readonly execution: Execution }) {
  return (
    <li>
      <p class="pending-what">
        <Icon name="hourglass" />
        <span class="breakable">
          {pending.state === undefined ? 'The execution' : <strong>{pending.state}</strong>} waits for{' '}
          {WAITS[pending.waitsFor] ?? pending.waitsFor}
          {pending.children !== undefined && ` (${childrenWords(pending.children)})`}
        </span>
      </p>
      <dl class="facts">
        <div>
          <dt>Since</dt>
          <dd>
            <Time at={pending.since} /> · <a href={`#event-${pending.eventId}`}>event {pending.eventId}</a>
          </dd>
        </div>
        <div>
          <dt>Until</dt>
          <dd>
            <Until pending={pending} execution={execution} />
          </dd>
        </div>
        {pending.resource !== undefined && (
          <div>
            <dt>Resource</dt>
            <dd>
              <code class="breakable">{pending.resource}</code>
            </dd>
          </div>
        )}
        {pending.childExecutionArn !== undefined && (
          <div>
            <dt>Child</dt>
            <dd>
              <a class="breakable" href={toExecution(pending.childExecutionArn)}>
                {nameOf(pending.childExecutionArn)}
              </a>
            </dd>
          </div>
        )}
        {pending.path !== '' && (
          <div>
            <dt>Within</dt>
            <dd class="breakable">{pending.path}</dd>
          </div>
        )}
      </dl>
    </li>
  );
}

function childrenWords({ open, ended, total }: NonNullable<Pending['children']>): string {
  return `${numberWords(ended)} of ${total === undefined ? 'an unknown number' : numberWords(total)} done, ${numberWords(open)} running`;
}

function Until({ pending, execution }: { readonly pending: Pending; readonly execution: Execution }) {
  const now = useNow();
  const { until, bound } = pending;
  const place = bound.pointer !== undefined && (
    <a class="nowrap" href={toStateMachine(execution.stateMachineArn, bound.pointer)}>
      see it in the definition
    </a>
  );
  if (pending.children !== undefined && bound.source === 'service limit') {
    return <span class="muted">All of them have ended; each has bounds of its own</span>;
  }
  if (bound.source === 'service limit') {
    return (
      <>
        <strong class="unbounded">
          <Icon name="alert" /> Nothing bounds this wait
        </strong>
        {bound.at !== undefined && (
          <span class="muted"> but the service's own limit, {ageWords(bound.at, now)}</span>
        )}
      </>
    );
  }
  if (until === undefined) {
    return (
      <>
        A time that is in no event, set by {BOUNDS[bound.source] ?? bound.source} {place && <>({place})</>}
      </>
    );
  }
  return (
    <>
      <Time at={until} />, by {BOUNDS[bound.source] ?? bound.source} {place && <>({place})</>}
      {bound.source === 'task HeartbeatSeconds' ? (
        <span class="muted"> unless a heartbeat came since, which leaves no event</span>
      ) : (
        execution.stopDate === null && <Overdue until={until} execution={execution} />
      )}
      <LaterBound pending={pending} />
    </>
  );
}

/** Behind a bound that heartbeats move on, the one that they do not. */
function LaterBound({ pending }: { readonly pending: Pending }) {
  if (pending.bound.source !== 'task HeartbeatSeconds') return null;
  const [later] = pending.laterBounds;
  if (later === undefined || later.source === 'service limit') {
    return <span class="muted">; nothing else bounds it</span>;
  }
  return (
    <>
      ; at the latest {later.at === undefined ? 'at a time that is in no event' : <Time at={later.at} />}, by{' '}
      {BOUNDS[later.source] ?? later.source}
    </>
  );
}

/** A bound that passed before the history was last read is strange; one that passed since then is not. */
function Overdue({ until, execution }: { readonly until: number; readonly execution: Execution }) {
  const now = useNow();
  const lastRead = execution.replay === null ? 0 : Date.parse(execution.replay.replayedAt);
  if (until >= now) return null;
  if (until >= lastRead) return <span class="muted"> · passed since the history was last read</span>;
  return (
    <strong class="unbounded">
      {' '}
      <Icon name="alert" /> {durationWords(now - until)} past its bound
    </strong>
  );
}
