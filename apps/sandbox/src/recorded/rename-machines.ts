import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

interface Named {
  readonly stateMachineArn?: unknown;
  readonly executionArn?: unknown;
  readonly definition?: unknown;
}

function named(value: unknown): Named {
  return typeof value === 'object' && value !== null ? value : {};
}

/**
 * Recording tools blank names, so that many different machines share one ARN. Each definition gets a machine of
 * its own: its name, wherever the case writes it (ARNs and the context object's values in payloads too), gets a
 * suffix taken from the definition. Cases whose ARN is unique, or shared with the same definition, stay as they are.
 * @param cases parsed JSON; what has no ARN and definition is given back untouched
 */
export function renameSharedMachines(cases: readonly unknown[]): readonly unknown[] {
  const definitions = new Map<string, unknown[]>();
  for (const one of cases) {
    const { stateMachineArn, definition } = named(one);
    if (typeof stateMachineArn !== 'string') continue;
    const known = definitions.get(stateMachineArn) ?? [];
    if (!known.some((other) => isDeepStrictEqual(other, definition))) known.push(definition);
    definitions.set(stateMachineArn, known);
  }
  return cases.map((one) => {
    const { stateMachineArn, definition } = named(one);
    if (typeof stateMachineArn !== 'string' || (definitions.get(stateMachineArn)?.length ?? 0) < 2)
      return one;
    const name = stateMachineArn.split(':')[6];
    if (name === undefined) return one;
    const digest = createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 8);
    return renameIn(one, name, `${name.slice(0, 71)}-${digest}`);
  });
}

function renameIn(one: unknown, name: string, renamed: string): unknown {
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const inArn = new RegExp(`(:(?:stateMachine|execution|express):)${quoted}(?![A-Za-z0-9_-])`, 'g');
  const asValue = new RegExp(`(?<=")${quoted}(?=\\\\*")`, 'g');
  const text = JSON.stringify(one).replace(inArn, `$1${renamed}`).replace(asValue, renamed);
  const copy: unknown = JSON.parse(text);
  return copy;
}
