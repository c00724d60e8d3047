import { parseJson, readText } from './read-input.ts';
import { UsageError } from './usage-error.ts';

/**
 * The text of the definition in a file: a definition, or what holds one as its member `definition`, such as the answer
 * of DescribeStateMachine (text) or a recorded case (an object).
 * @throws UsageError where it cannot be read, or is no JSON
 */
export function readDefinitionFile(file: string): string {
  const read = readText(file);
  if (!read.ok) throw new UsageError(read.message);
  const json = parseJson(file, read.text);
  if (!json.ok) throw new UsageError(json.message);
  const { value } = json;
  const inner: unknown =
    typeof value === 'object' && value !== null && 'definition' in value ? value.definition : undefined;
  if (inner === undefined) return read.text;
  return typeof inner === 'string' ? inner : JSON.stringify(inner);
}
