import type { MapState } from '@steptrail/asl';
import type { CompileScope } from '../compile.ts';
import type { StateLogic, StateNode } from '../program.ts';
import { compileDistributedMap } from './distributed-map.ts';
import { compileInlineMap } from './inline-map.ts';

/** Map: runs its processor for each item; distributed, in child executions that have histories of their own. */
export const compileMap = (
  state: MapState,
  node: StateNode,
  jsonata: boolean,
  compileScope: CompileScope,
): StateLogic => {
  const field = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
  const scope = compileScope(state.ItemProcessor ?? state.Iterator, `${node.pointer}/${field}`, node, 0);
  const distributed = (state.ItemProcessor ?? state.Iterator)?.ProcessorConfig?.Mode === 'DISTRIBUTED';
  return distributed
    ? compileDistributedMap(state, jsonata, scope)
    : compileInlineMap(state, node, jsonata, scope);
};
