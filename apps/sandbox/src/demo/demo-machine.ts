import { createHash } from 'node:crypto';
import { compile, type Program } from '@steptrail/interpreter';
import type { Machine, Revision } from '../account.ts';
import type { Layout } from './runs.ts';
import type { Scenario } from './scenario.ts';

/** A revision as AWS shows it, compiled. */
export interface DemoRevision extends Revision {
  readonly program: Program;
}

export interface DemoMachine extends Machine {
  readonly revisions: readonly [DemoRevision, ...DemoRevision[]];
}

/** The state machine of a scenario, as AWS would describe it. */
export function demoMachine(scenario: Scenario, { anchor, place }: Layout): DemoMachine {
  const { name, type, description, tags, logging, encryption, alias } = scenario;
  const at = `arn:aws:states:${place.region}:${place.accountId}`;
  const [first, ...later] = scenario.revisions(place);
  const revisionOf = ({ before, definition }: typeof first): DemoRevision => ({
    from: anchor - before,
    definition: JSON.stringify(definition, undefined, 2),
    program: compile(definition, { type }),
  });
  const revisions: DemoMachine['revisions'] = [
    revisionOf(first),
    ...later.map((given) => {
      const revision = revisionOf(given);
      const digest = createHash('sha256').update(`${name}|${revision.definition}`).digest('hex');
      const revisionId = digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      return { ...revision, revisionId };
    }),
  ];
  const versions = (scenario.versions ?? []).map(({ version, before }) => {
    const creationDate = anchor - before;
    const revision = revisions.findLast(({ from }) => from <= creationDate) ?? revisions[0];
    return { version, creationDate, revision };
  });
  const newest = versions.at(-1);
  return {
    stateMachineArn: `${at}:stateMachine:${name}`,
    name,
    type,
    roleArn: `arn:aws:iam::${place.accountId}:role/${name}-role`,
    creationDate: revisions[0].from,
    description,
    revisions,
    logging: {
      ...logging,
      logGroupName: logging.level === 'OFF' ? undefined : `/aws/vendedlogs/states/${name}-Logs`,
    },
    tags,
    encryption,
    versions,
    aliases:
      alias === undefined || newest === undefined
        ? []
        : [
            {
              ...alias,
              routing: [{ version: newest.version, weight: 100 }],
              creationDate: versions[0]?.creationDate ?? newest.creationDate,
              updateDate: newest.creationDate,
            },
          ],
  };
}
