import { isDistributed } from '@steptrail/asl';
import { atPlaces, placesOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';

/** Iterations of an inline Map that run at once, at most. */
const INLINE_CONCURRENCY = 40;

const mapping = (concurrency: number, mode: 'INLINE' | 'DISTRIBUTED') => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      MaxConcurrency: concurrency,
      ItemProcessor: {
        ProcessorConfig: mode === 'INLINE' ? { Mode: mode } : { Mode: mode, ExecutionType: 'STANDARD' },
        StartAt: 'Keep',
        States: { Keep: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  },
});

export const mapConcurrencyWithoutEffect: DefinitionRule = {
  id: 'map-concurrency-without-effect',
  subject: 'definition',
  severity: 'low',
  title: 'MaxConcurrency that an inline Map cannot reach',
  why: 'An inline Map runs about 40 iterations at once, whatever MaxConcurrency says: work that was planned for more takes longer than planned.',
  mend: 'Use a Distributed Map (ProcessorConfig.Mode DISTRIBUTED) for more, or set MaxConcurrency to what happens.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html',
  messages: {
    'too many': '{state} asks for {concurrency} iterations at once; an inline Map runs about {limit}.',
  },
  examples: {
    valid: [
      { title: 'forty at once', type: 'STANDARD', definition: mapping(40, 'INLINE') },
      {
        title: 'a thousand in a Distributed Map',
        type: 'STANDARD',
        definition: mapping(1_000, 'DISTRIBUTED'),
      },
    ],
    invalid: [{ title: 'two hundred at once', type: 'STANDARD', definition: mapping(200, 'INLINE') }],
  },
  *check({ machine, type }) {
    for (const place of placesOf(machine, type)) {
      const { state } = place;
      if (state.Type !== 'Map' || isDistributed(state)) continue;
      if (typeof state.MaxConcurrency !== 'number' || state.MaxConcurrency <= INLINE_CONCURRENCY) continue;
      yield {
        severity: 'low',
        message: 'too many',
        data: { state: place.name, concurrency: state.MaxConcurrency, limit: INLINE_CONCURRENCY },
        evidence: { ...atPlaces([place]), pointers: [`${place.pointer}/MaxConcurrency`] },
        key: place.pointer,
      };
    }
  },
};
