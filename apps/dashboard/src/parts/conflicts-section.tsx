import { api, type Conflict, type Execution, read, segment } from '../api.ts';
import { byteWords, numberWords } from '../counts.ts';
import { useLoad } from '../use-load.ts';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { Time } from './time.tsx';

/** What imported files say of an execution otherwise than the archive: evidence, beside what stays as it was. */
export function ConflictsSection({ execution: { executionArn } }: { readonly execution: Execution }) {
  const load = useLoad(`conflicts of ${executionArn}`, () =>
    read(
      api.executions[':executionArn'].conflicts.$get({
        param: { executionArn: segment(executionArn) },
        query: { limit: '100' },
      }),
    ),
  );
  if (load.state === 'ready' && load.value.rows.length === 0) return null;
  return (
    <Section title="Files that say otherwise">
      <p class="muted">
        What is archived stayed as it was. Which of the two is true, the seal and where each came from can
        tell.
      </p>
      <Loaded load={load} what="conflicts" lines={2}>
        {({ rows, next }) => (
          <>
            <ul class="plain">
              {rows.map((row) => (
                <ConflictRow key={`${row.firstEventId} ${row.sha256}`} row={row} />
              ))}
            </ul>
            {next !== undefined && <p class="after">Only the first {numberWords(rows.length)} are shown.</p>}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function ConflictRow({ row }: { readonly row: Conflict }) {
  const { firstEventId, eventIds, origin, foundAt, sha256, bytes, evidence } = row;
  return (
    <li class="conflict">
      <p>
        <code class="breakable">{origin}</code>, found <Time at={foundAt} />:{' '}
        {firstEventId === 0 ? (
          'other facts about the execution'
        ) : (
          <>
            otherwise in{' '}
            {eventIds.map((id, index) => (
              <>
                {index > 0 && ', '}
                <a key={id} href={`#event-${id}`}>
                  event {numberWords(id)}
                </a>
              </>
            ))}
          </>
        )}
      </p>
      <details>
        <summary>What the file says, {byteWords(bytes)}</summary>
        <pre>{indented(evidence)}</pre>
        {evidence.length < bytes && <p class="muted">Cut: sha256 of the whole is {sha256}.</p>}
      </details>
    </li>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
