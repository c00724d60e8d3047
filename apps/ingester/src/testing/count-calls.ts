import type { AwsClients } from '@steptrail/aws';

/** Counts the calls of an account's Step Functions client, by operation. */
export function countCalls(clients: AwsClients): (operation: string) => number {
  const calls = new Map<string, number>();
  clients.sfn.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        const operation = commandName.replace(/Command$/, '');
        calls.set(operation, (calls.get(operation) ?? 0) + 1);
        return next(args);
      },
    { step: 'initialize', name: 'countCalls' },
  );
  return (operation) => calls.get(operation) ?? 0;
}
