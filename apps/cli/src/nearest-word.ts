/** Single letters changed, added, left out or swapped with their neighbour between two words. */
function distance(one: string, other: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}

/** The word that somebody who wrote `given` has probably meant; undefined where none is near. */
export function nearestWord(given: string, words: readonly string[]): string | undefined {
  const plain = (word: string) => word.toLowerCase().replace(/[-_]/g, '');
  const rated = words
    .map((word) => ({ word, apart: distance(plain(given), plain(word)) }))
    .filter(({ word, apart }) => apart <= Math.max(1, Math.floor(Math.min(word.length, given.length) / 3)));
  const nearest = rated.sort((a, b) => a.apart - b.apart)[0]?.word;
  return nearest ?? words.find((word) => given.length >= 3 && plain(word).startsWith(plain(given)));
}
