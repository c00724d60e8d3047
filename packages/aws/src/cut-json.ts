/**
 * The complete objects of the array named `key` in a JSON text that breaks off: what a cut page still says.
 * Nothing is guessed: an object counts when its closing brace is there and it parses.
 */
export function salvageObjects(text: string, key: string): readonly unknown[] {
  const head = new RegExp(`"${key}"\\s*:\\s*\\[`).exec(text);
  if (head === null) return [];
  const found: unknown[] = [];
  let depth = 0;
  let inText = false;
  let start = -1;
  for (let i = head.index + head[0].length; i < text.length; i++) {
    const c = text[i];
    if (inText) {
      if (c === '\\') i++;
      else if (c === '"') inText = false;
    } else if (c === '"') inText = true;
    else if (c === '{' || c === '[') {
      if (depth === 0) start = i;
      depth++;
    } else if (c === '}' || c === ']') {
      depth--;
      if (depth < 0) return found;
      if (depth === 0) {
        try {
          found.push(JSON.parse(text.slice(start, i + 1)));
        } catch {
          return found;
        }
      }
    }
  }
  return found;
}
