import { isDistributed } from '@steptrail/asl';
import { atPlaces, listNames, placesOf } from '../places.ts';
import type { DefinitionRule } from '../rule.ts';

const mapping = (fields: object) => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Keep',
        States: { Keep: { Type: 'Pass', End: true } },
      },
      ...fields,
      End: true,
    },
  },
});

const TOLERANCE = [
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
] as const;

export const mapFailureToleranceMissing: DefinitionRule = {
  id: 'map-failure-tolerance-missing',
  subject: 'definition',
  severity: 'information',
  title: 'Distributed Map that the first failed item ends',
  why: 'Without a tolerated share of failures one bad item of a million fails the whole Map Run and stops the others.',
  mend: 'Set ToleratedFailurePercentage or ToleratedFailureCount where single items may fail, and look at the failed ones afterwards (ResultWriter lists them).',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html',
  messages: { missing: 'Distributed Maps that tolerate no failed item ({count}): {states}.' },
  examples: {
    valid: [
      {
        title: 'five in a hundred may fail',
        type: 'STANDARD',
        definition: mapping({ ToleratedFailurePercentage: 5 }),
      },
    ],
    invalid: [{ title: 'none may fail', type: 'STANDARD', definition: mapping({}) }],
  },
  *check({ machine, type }) {
    const strict = placesOf(machine, type).filter(
      ({ state }) =>
        state.Type === 'Map' &&
        isDistributed(state) &&
        TOLERANCE.every((field) => state[field] === undefined),
    );
    if (strict.length === 0) return;
    yield {
      severity: 'information',
      message: 'missing',
      data: { count: strict.length, states: listNames(strict) },
      evidence: atPlaces(strict),
      key: 'machine',
    };
  },
};
