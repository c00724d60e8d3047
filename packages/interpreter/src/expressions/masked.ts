/** CloudWatch Logs puts an asterisk in place of each character of what a data protection policy names. */
const MASK = /\*{3,}/;

const fits = (parts: readonly string[], text: string): boolean => {
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from + last.length <= text.length;
};

/** Whether one of two texts can be the other with parts of it masked. */
export const mayBeMasked = (one: string, other: string): boolean =>
  (MASK.test(one) && fits(one.split(MASK), other)) || (MASK.test(other) && fits(other.split(MASK), one));
