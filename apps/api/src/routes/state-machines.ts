import { createRoute, z } from '@hono/zod-openapi';
import {
  type DefinitionRow,
  findRevisionDefinition,
  listAliases,
  listRevisions,
  listStateMachines,
  listVersions,
  readDefinition,
  readStateMachine,
} from '@steptrail/store';
import { Arn, Cursor, Limit, OptionalText, text } from '../parameters.ts';
import { ApiError, COMMON_PROBLEMS, RESOURCE_PROBLEMS } from '../problem.ts';
import { answers, pageOf } from '../resources/page.ts';
import {
  AliasRow,
  Definition,
  DefinitionProblem,
  RevisionRow,
  Routing,
  StateMachine,
  StateMachineRow,
  VersionRow,
} from '../resources/state-machine.ts';
import { createRouter } from '../router.ts';
import type { ServerOptions } from '../server-options.ts';

const params = z.object({ stateMachineArn: Arn });

const listRoute = createRoute({
  method: 'get',
  path: '/state-machines',
  summary: 'State machines with counts of executions and open findings',
  request: { query: z.strictObject({ search: OptionalText, cursor: Cursor, limit: Limit }) },
  responses: { 200: answers(pageOf(StateMachineRow), 'A page of state machines.'), ...COMMON_PROBLEMS },
});

const readRoute = createRoute({
  method: 'get',
  path: '/state-machines/{stateMachineArn}',
  summary: 'One state machine',
  request: { params },
  responses: { 200: answers(StateMachine, 'The state machine.'), ...RESOURCE_PROBLEMS },
});

const definitionRoute = createRoute({
  method: 'get',
  path: '/state-machines/{stateMachineArn}/definition',
  summary: 'The definition of a state machine: the current one, or that of a revision',
  request: {
    params,
    query: z.strictObject({
      revisionId: text(0, 500)
        .optional()
        .openapi({ description: "'' is the first revision, which AWS leaves without an id." }),
    }),
  },
  responses: { 200: answers(Definition, 'The definition.'), ...RESOURCE_PROBLEMS },
});

const revisionsRoute = createRoute({
  method: 'get',
  path: '/state-machines/{stateMachineArn}/revisions',
  summary: 'The known revisions of a state machine, the newest first',
  request: { params },
  responses: {
    200: answers(z.object({ rows: z.array(RevisionRow) }), 'All of them.'),
    ...RESOURCE_PROBLEMS,
  },
});

const versionsRoute = createRoute({
  method: 'get',
  path: '/state-machines/{stateMachineArn}/versions',
  summary: 'The versions and aliases of a state machine: versions the newest first, aliases by name',
  request: { params },
  responses: {
    200: answers(z.object({ versions: z.array(VersionRow), aliases: z.array(AliasRow) }), 'All of them.'),
    ...RESOURCE_PROBLEMS,
  },
});

const definitionByDigestRoute = createRoute({
  method: 'get',
  path: '/definitions/{definitionSha256}',
  summary: 'A definition by the sha256 of its canonical text, as executions name it',
  request: {
    params: z.object({
      definitionSha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
    }),
  },
  responses: { 200: answers(Definition, 'The definition.'), ...RESOURCE_PROBLEMS },
});

export const stateMachineOperations = [
  listRoute,
  readRoute,
  definitionRoute,
  revisionsRoute,
  versionsRoute,
  definitionByDigestRoute,
];

/** State machines and their definitions. */
export function stateMachineRoutes({ sql }: ServerOptions) {
  const requireStateMachine = async (stateMachineArn: string) => {
    const row = await readStateMachine(sql, stateMachineArn);
    if (row !== undefined) return row;
    throw new ApiError(
      'StateMachineDoesNotExist',
      `The archive holds no state machine ${stateMachineArn}: check the ARN against /api/v1/state-machines, or ingest the account and region it names.`,
    );
  };

  const presentDefinition = (row: DefinitionRow | undefined, of: string) => {
    if (row !== undefined) {
      const { definitionSha256, definition, problems } = row;
      return { definitionSha256, definition, problems: z.array(DefinitionProblem).catch([]).parse(problems) };
    }
    throw new ApiError(
      'DefinitionDoesNotExist',
      `The archive holds no definition of ${of}: ingest again with permission for states:DescribeStateMachine.`,
    );
  };

  return createRouter()
    .openapi(listRoute, async (c) => {
      const { search, cursor, limit } = c.req.valid('query');
      const page = await listStateMachines(sql, {
        limit,
        ...(search === undefined ? {} : { search }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      return c.json({ ...page, rows: [...page.rows] }, 200);
    })
    .openapi(readRoute, async (c) =>
      c.json(await requireStateMachine(c.req.valid('param').stateMachineArn), 200),
    )
    .openapi(definitionRoute, async (c) => {
      const { stateMachineArn } = c.req.valid('param');
      const { revisionId } = c.req.valid('query');
      const machine = await requireStateMachine(stateMachineArn);
      if (revisionId !== undefined) {
        const row = await findRevisionDefinition(sql, stateMachineArn, revisionId);
        return c.json(presentDefinition(row, `revision ${revisionId} of ${stateMachineArn}`), 200);
      }
      const row = await readDefinition(sql, machine.definitionSha256 ?? '');
      return c.json(presentDefinition(row, stateMachineArn), 200);
    })
    .openapi(revisionsRoute, async (c) => {
      const { stateMachineArn } = await requireStateMachine(c.req.valid('param').stateMachineArn);
      return c.json({ rows: [...(await listRevisions(sql, stateMachineArn))] }, 200);
    })
    .openapi(versionsRoute, async (c) => {
      const { stateMachineArn } = await requireStateMachine(c.req.valid('param').stateMachineArn);
      const aliases = (await listAliases(sql, stateMachineArn)).map((row) => ({
        ...row,
        routingConfiguration: z.array(Routing).catch([]).parse(row.routingConfiguration),
      }));
      return c.json({ versions: [...(await listVersions(sql, stateMachineArn))], aliases }, 200);
    })
    .openapi(definitionByDigestRoute, async (c) => {
      const { definitionSha256 } = c.req.valid('param');
      const row = await readDefinition(sql, definitionSha256);
      return c.json(presentDefinition(row, `sha256 ${definitionSha256}`), 200);
    });
}
