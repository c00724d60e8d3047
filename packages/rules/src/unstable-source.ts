/**
 * Sources whose value is another one when an Express workflow runs again (idempotency reference, 7.1 rule 2), so that a
 * token or a key made from them protects nothing. JSONPath and JSONata spellings side by side.
 */
const UNSTABLE_SOURCES: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'States.UUID()', pattern: /States\.UUID\s*\(/ },
  { name: 'States.MathRandom()', pattern: /States\.MathRandom\s*\(/ },
  { name: '$uuid()', pattern: /\$uuid\s*\(/ },
  { name: '$random()', pattern: /\$random\s*\(/ },
  { name: '$now()', pattern: /\$now\s*\(/ },
  { name: '$millis()', pattern: /\$millis\s*\(/ },
  { name: 'the time the state was entered', pattern: /(?:\$\$|\$states\.context)\.State\.EnteredTime/ },
  { name: 'the retry count', pattern: /(?:\$\$|\$states\.context)\.State\.RetryCount/ },
  { name: 'the start time of the execution', pattern: /(?:\$\$|\$states\.context)\.Execution\.StartTime/ },
  { name: 'the execution id', pattern: /(?:\$\$|\$states\.context)\.Execution\.Id\b/ },
  { name: 'the task token', pattern: /(?:\$\$|\$states\.context)\.Task\.Token/ },
];

/** The first source in a template's text that changes from run to run; undefined: the text is deterministic. */
export function unstableSourceIn(text: string): string | undefined {
  return UNSTABLE_SOURCES.find((source) => source.pattern.test(text))?.name;
}
