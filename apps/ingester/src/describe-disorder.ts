import type { Ordered } from '@steptrail/history';

/** What is strange about ordered events: gaps, conflicts, types that this version does not know. */
export function describeDisorder({ events, gaps, conflicts }: Ordered): readonly string[] {
  const unknown = events.filter((event) => event.type === 'Unrecognised');
  const [gap] = gaps;
  const [conflict] = conflicts;
  const [strange] = unknown;
  const others = (list: readonly unknown[], what: string) =>
    list.length > 1 ? ` (and ${list.length - 1} more ${what})` : '';
  return [
    ...(gap === undefined
      ? []
      : [`Events ${gap.from} to ${gap.to} are missing from its history${others(gaps, 'gaps')}.`]),
    ...(conflict === undefined
      ? []
      : [
          `Two different events claim the id ${conflict.id}${others(conflicts, 'such ids')}; both are archived.`,
        ]),
    ...(strange?.type === 'Unrecognised'
      ? [
          `Event ${strange.id} has the type ${strange.recordedType}, which this version of Steptrail does not know${others(unknown, 'such events')}; it is archived as it came: update Steptrail.`,
        ]
      : []),
  ];
}
