import { wrap } from './verdict/layout.ts';

/** Sentences below the options of a command's help, each on lines of its own, broken at 80 columns as the rest is. */
export function helpNote(...sentences: readonly string[]): string {
  return `\n${sentences.flatMap((sentence) => wrap(sentence, '')).join('\n')}`;
}
