import { api, read, type StateMachine, segment } from '../api.ts';
import { useLoad } from '../use-load.ts';
import { DefinitionLink } from './definition-link.tsx';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';
import { Time } from './time.tsx';

const lastPart = (arn: string): string => arn.split(':').at(-1) ?? arn;

/** The published versions of a state machine, and which of them its aliases lead to. */
export function VersionsSection({ machine }: { readonly machine: StateMachine }) {
  const { stateMachineArn } = machine;
  const load = useLoad(`versions of ${stateMachineArn}`, () =>
    read(
      api['state-machines'][':stateMachineArn'].versions.$get({
        param: { stateMachineArn: segment(stateMachineArn) },
      }),
    ),
  );
  if (load.state === 'ready' && load.value.versions.length + load.value.aliases.length === 0) return null;
  return (
    <Section title="Versions and aliases" flush>
      <Loaded load={load} what="versions" lines={2}>
        {({ versions, aliases }) => (
          <div class="table-frame">
            <table>
              <caption class="visually-hidden">
                Versions, newest first, with the aliases that lead to them
              </caption>
              <thead>
                <tr>
                  <th scope="col">Version</th>
                  <th scope="col">Published</th>
                  <th scope="col">Aliases</th>
                  <th scope="col">Revision</th>
                  <th scope="col">Definition</th>
                </tr>
              </thead>
              <tbody>
                {versions.map((row) => (
                  <tr key={row.stateMachineVersionArn}>
                    <th scope="row" class="main-cell">
                      {lastPart(row.stateMachineVersionArn)}
                      {row.description !== null && <span class="cell-note breakable">{row.description}</span>}
                      {row.goneAt !== null && (
                        <span class="cell-note">
                          No longer in AWS since <Time at={row.goneAt} />
                        </span>
                      )}
                    </th>
                    <td>{row.creationDate === null ? 'Unknown' : <Time at={row.creationDate} />}</td>
                    <td>{leadingTo(row.stateMachineVersionArn, aliases)}</td>
                    <td class="breakable">
                      {row.revisionId === '' ? 'The first' : (row.revisionId ?? 'Unknown')}
                    </td>
                    <td>
                      {row.definitionSha256 !== null && <DefinitionLink sha256={row.definitionSha256} />}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function leadingTo(
  versionArn: string,
  aliases: readonly {
    readonly name: string;
    readonly goneAt: string | null;
    readonly routingConfiguration: readonly {
      readonly stateMachineVersionArn: string;
      readonly weight: number;
    }[];
  }[],
): string {
  return aliases
    .flatMap(({ name, goneAt, routingConfiguration }) =>
      routingConfiguration
        .filter((route) => route.stateMachineVersionArn === versionArn)
        .map(
          ({ weight }) =>
            `${name}${weight === 100 ? '' : ` (${weight} %)`}${goneAt === null ? '' : ', gone'}`,
        ),
    )
    .join(', ');
}
