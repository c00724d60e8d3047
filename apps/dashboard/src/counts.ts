const NUMBER = new Intl.NumberFormat();

/** 12,345 in the reader's own way. */
export function numberWords(value: number): string {
  return NUMBER.format(value);
}

/** `1 execution`, `3 executions`. */
export function countWords(value: number, one: string, many = `${one}s`): string {
  return `${numberWords(value)} ${value === 1 ? one : many}`;
}

/** `830 B`, `12.4 KiB`. */
export function byteWords(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${(bytes / 1_024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`;
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
