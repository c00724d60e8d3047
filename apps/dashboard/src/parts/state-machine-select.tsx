import { api, read, type StateMachineRow } from '../api.ts';
import type { Filters } from '../filters.ts';
import { useLoad } from '../use-load.ts';
import { Select } from './filter-bar.tsx';

/** A page of the API at most. */
const PAGE = '200';

async function readAll(): Promise<readonly StateMachineRow[]> {
  const all: StateMachineRow[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const { rows, next } = await read(api['state-machines'].$get({ query }));
    all.push(...rows);
    cursor = next;
  } while (cursor !== undefined);
  return all;
}

/** The choice of a state machine; those of one name are told apart by account and Region. */
export function StateMachineSelect({ filters }: { readonly filters: Filters }) {
  const load = useLoad('state machines', readAll);
  const machines = load.state === 'ready' ? load.value : [];
  const isDouble = (name: string) => machines.filter((machine) => machine.name === name).length > 1;
  return (
    <Select
      filters={filters}
      name="stateMachineArn"
      label="State machine"
      choices={[
        { value: '', words: 'Any state machine' },
        ...machines.map(({ stateMachineArn, name, accountId, region }) => ({
          value: stateMachineArn,
          words: isDouble(name) ? `${name} (${accountId}, ${region})` : name,
        })),
      ]}
    />
  );
}
