import { type HistoryEventOnWire, writeHistoryEvent } from '@steptrail/history';
import { compile, simulate, type World } from '@steptrail/interpreter';
import { executionArn, type TestMachine } from './account.ts';
import { MINUTE, machineArn, START } from './events.ts';

/** Prices orders in a distributed Map. */
export const definitionOf = (type: 'STANDARD' | 'EXPRESS', price: number) => ({
  StartAt: 'Orders',
  States: {
    Orders: {
      Type: 'Map',
      Label: 'Orders',
      ItemsPath: '$.orders',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
        StartAt: 'Price',
        States: { Price: { Type: 'Pass', Result: { price }, ResultPath: '$.priced', End: true } },
      },
      End: true,
    },
  },
});

export const ORDERS = [{ order: 1 }, { order: 2 }, { order: 3 }];
const DONE = ORDERS.map((order) => ({ ...order, priced: { price: 7 } }));

/** The history of a machine that runs, as the API gives it. */
export const play = (
  definition: object,
  input: Parameters<typeof simulate>[1],
  world: Partial<World> & Pick<World, 'start' | 'executionArn'>,
  processorOf?: string,
): readonly HistoryEventOnWire[] =>
  simulate(compile({ ...definition }, { processorOf }), input, {
    stateMachineArn: machineArn('Shop'),
    roleArn: 'arn:aws:iam::123456789012:role/states',
    seed: 1,
    task: () => ({ kind: 'hangs' }),
    ...world,
  }).map((one) => writeHistoryEvent(one));

/** A state machine with one execution, its Map Run and its three children; the second order takes longest. */
export function shop(
  type: 'STANDARD' | 'EXPRESS' = 'STANDARD',
): TestMachine & { readonly mapRunArn: string } {
  const definition = definitionOf(type, 7);
  const parent = play(
    definition,
    { orders: ORDERS },
    {
      start: START,
      executionArn: executionArn('Shop', 'parent'),
      mapRun: () => ({ kind: 'succeeds', output: DONE, after: 10 * MINUTE }),
    },
  );
  const mapRunArn =
    parent.flatMap((one) => JSON.stringify(one).match(/arn:[^"]*:mapRun:[^"]*/)?.[0] ?? [])[0] ?? '';
  const children = ORDERS.map((order, index) => {
    const name = `child-${index + 1}`;
    const start = START + 1000 + index * 5 * MINUTE;
    const events = play(
      definition,
      order,
      { start, executionArn: executionArn('Shop/Orders', name) },
      'Orders',
    );
    return [name, events] as const;
  });
  return {
    name: 'Shop',
    definition: JSON.stringify(definition),
    histories: { parent },
    mapRuns: [{ parent: 'parent', mapRunArn, histories: Object.fromEntries(children) }],
    mapRunArn,
  };
}
