import type { Disorder } from './recorded-order.ts';

/** What is strange about a history's events: gaps, conflicts, types that this version does not know. */
export function describeDisorder({ gaps, conflicts, unrecognised }: Disorder): readonly string[] {
  const others = (count: number, what: string) => (count > 1 ? ` (and ${count - 1} more ${what})` : '');
  const sentences: string[] = [];
  if (gaps.first !== undefined) {
    const { from, to } = gaps.first;
    sentences.push(`Events ${from} to ${to} are missing from its history${others(gaps.count, 'gaps')}.`);
  }
  if (conflicts.first !== undefined) {
    const { id } = conflicts.first;
    sentences.push(
      `Two different events claim the id ${id}${others(conflicts.count, 'such ids')}; both are archived.`,
    );
  }
  if (unrecognised.first !== undefined) {
    const { id, recordedType } = unrecognised.first;
    sentences.push(
      `Event ${id} has the type ${recordedType}, which this version of Steptrail does not know${others(unrecognised.count, 'such events')}; it is archived as it came: update Steptrail.`,
    );
  }
  return sentences;
}
