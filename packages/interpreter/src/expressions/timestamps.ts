/** Epoch milliseconds (with fraction) of a timestamp as AWS accepts it (RFC 3339, upper-case T, Z or offset), or undefined. */
export const parseTimestamp = (text: string): number | undefined => {
  void text;
  return undefined;
};
