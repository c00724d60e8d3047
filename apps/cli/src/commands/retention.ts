import { parseStatesArn } from '@steptrail/history';
import { applyRetention } from '@steptrail/ingester';
import { listRetention, removeRetention, setRetention } from '@steptrail/store';
import { type Command, InvalidArgumentError } from 'commander';
import { noteUnknown } from '../note-unknown.ts';
import { withDatabase } from '../open-database.ts';
import { signalOfProcess } from '../run-until-signal.ts';
import { UsageError } from '../usage-error.ts';
import { writeLine, writeNote } from '../write-output.ts';

/** `*`, a state machine's ARN or `tag:KEY=VALUE`. */
function readScope(text: string): string {
  if (text === '*' || /^tag:[^=]+=/.test(text) || parseStatesArn(text)?.kind === 'stateMachine') return text;
  throw new UsageError(
    `${text} is no scope of a retention policy: give '*', the ARN of a state machine, or tag:KEY=VALUE.`,
  );
}

function readDays(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('Give whole days from 1 to 99999.');
  return Number(text);
}

async function set(text: string, keepDays: number): Promise<void> {
  const scope = readScope(text);
  await withDatabase(async ({ sql }) => {
    await setRetention(sql, scope, keepDays);
    writeLine(`Executions of ${scope} are kept for ${keepDays} days after their end.`);
    if (scope.startsWith('arn:')) await noteUnknown(sql, scope);
  });
}

async function remove(scope: string): Promise<void> {
  const removed = await withDatabase(({ sql }) => removeRetention(sql, scope));
  if (!removed) throw new UsageError(`There is no policy for ${scope}: see \`steptrail retention list\`.`, 1);
  writeLine(`The policy for ${scope} is gone.`);
}

async function list({ json }: { readonly json?: true }): Promise<void> {
  const policies = await withDatabase(({ sql }) => listRetention(sql));
  for (const { scope, keepDays, setAt } of policies) {
    writeLine(
      json ? JSON.stringify({ scope, keepDays, setAt }) : `${String(keepDays).padStart(5)} days  ${scope}`,
    );
  }
  if (policies.length === 0) {
    writeNote("No policy: everything is kept for ever. `steptrail retention set '*' 400` keeps 400 days.");
  }
}

async function apply({ json }: { readonly json?: true }): Promise<void> {
  const signal = signalOfProcess();
  const { removed, droppedMonths } = await withDatabase(({ sql }) => applyRetention(sql, new Date(), signal));
  writeLine(
    json
      ? JSON.stringify({ removed, droppedMonths })
      : `${removed} executions removed, ${droppedMonths.length} empty months dropped.`,
  );
}

/** Adds `steptrail retention`. */
export function addRetention(program: Command): void {
  const retention = program
    .command('retention')
    .description('how long the archive keeps executions; the ingester applies it');
  retention
    .command('set')
    .description('keep so many days after the end of an execution')
    .argument(
      '<scope>',
      "'*', a state machine's ARN, or tag:KEY=VALUE; the state machine's counts before its tags'",
    )
    .argument('<days>', 'whole days', readDays)
    .action(set);
  retention.command('remove').description('take a policy back').argument('<scope>').action(remove);
  retention
    .command('list')
    .description('list the policies')
    .option('--json', 'one object a line')
    .action(list);
  retention
    .command('apply')
    .description('remove now what no policy keeps and no hold protects')
    .option('--json', 'the counts as one JSON line')
    .action(apply);
}
