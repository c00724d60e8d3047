import { api, read, type StateMachine, segment } from '../api.ts';
import { numberWords } from '../counts.ts';
import { useLoad } from '../use-load.ts';
import { DefinitionLink } from './definition-link.tsx';
import { Empty, Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { Time } from './time.tsx';

/** The revisions of a state machine, each with its definition and how many archived executions ran with it. */
export function RevisionsSection({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn } = machine;
  const load = useLoad(`revisions of ${stateMachineArn}`, () =>
    read(
      api['state-machines'][':stateMachineArn'].revisions.$get({
        param: { stateMachineArn: segment(stateMachineArn) },
      }),
    ),
  );
  return (
    <Section title="Revisions" flush>
      <Loaded load={load} what="revisions" lines={2}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title="No revisions known yet" />
          ) : (
            <div class="table-frame">
              <table>
                <caption class="visually-hidden">Revisions, newest first</caption>
                <thead>
                  <tr>
                    <th scope="col">Revision</th>
                    <th scope="col">Made</th>
                    <th scope="col">First seen</th>
                    <th scope="col" class="right">
                      Executions
                    </th>
                    <th scope="col">Definition</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.revisionId}>
                      <th scope="row" class="main-cell breakable">
                        {row.revisionId || 'The first'}
                      </th>
                      <td>{row.updateDate === null ? 'Unknown' : <Time at={row.updateDate} />}</td>
                      <td>
                        <Time at={row.firstSeenAt} />
                      </td>
                      <td class="right number">{numberWords(row.executions)}</td>
                      <td>
                        <DefinitionLink sha256={row.definitionSha256} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </Section>
  );
}
