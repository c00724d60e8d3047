import type { Sql } from './sql.ts';
import { storedJson, storedText } from './stored-text.ts';

export interface NewDefinition {
  readonly definitionSha256: string;
  readonly definition: string;
  readonly problems: readonly unknown[];
}

export interface DefinitionRow extends NewDefinition {
  readonly firstSeenAt: Date;
}

/** Keeps a definition under its digest. The text of a known one stays; its problems are those of the latest parser. */
export async function saveDefinition(sql: Sql, given: NewDefinition): Promise<void> {
  await sql`
    insert into definitions (definition_sha256, definition, problems)
    values (${given.definitionSha256}, ${storedText(given.definition)}, ${storedJson(given.problems)}::text::jsonb)
    on conflict (definition_sha256) do update set problems = excluded.problems
    where definitions.problems <> excluded.problems`;
}

/** The definition with this digest, undefined where it is not known. */
export async function readDefinition(sql: Sql, definitionSha256: string): Promise<DefinitionRow | undefined> {
  const [row] = await sql<DefinitionRow[]>`
    select definition_sha256, definition, problems, first_seen_at
    from definitions where definition_sha256 = ${definitionSha256}`;
  return row;
}

/** The definition of one revision of a state machine; '' is the first revision, which AWS leaves without an id. */
export async function findRevisionDefinition(
  sql: Sql,
  stateMachineArn: string,
  revisionId: string,
): Promise<DefinitionRow | undefined> {
  const [row] = await sql<DefinitionRow[]>`
    select d.definition_sha256, d.definition, d.problems, d.first_seen_at
    from state_machine_revisions r join definitions d using (definition_sha256)
    where r.state_machine_arn = ${stateMachineArn} and r.revision_id = ${revisionId}`;
  return row;
}
