import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LintedDefinition } from './commands/lint.ts';

type Level = 'error' | 'warning' | 'note';

const LEVELS: Readonly<Record<string, Level>> = {
  error: 'error',
  critical: 'error',
  high: 'error',
  medium: 'warning',
  warning: 'warning',
  low: 'note',
  information: 'note',
};

/** A file as the URI reference that SARIF wants: relative where the path is. */
function uriOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : encodeURI(file.replaceAll('\\', '/'));
}

/** A log in SARIF 2.1.0, which code-scanning tools read. @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export function sarifOf(linted: readonly LintedDefinition[], version: string): string {
  const results = linted.flatMap(({ file, name, problems, findings }) => {
    const result = (
      ruleId: string,
      severity: string,
      text: string,
      pointer: string,
      line?: number,
      column?: number,
    ) => ({
      ruleId,
      level: LEVELS[severity] ?? 'warning',
      message: { text },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(file) },
            region: { startLine: line ?? 1, ...(column === undefined ? {} : { startColumn: column }) },
          },
          logicalLocations: [{ fullyQualifiedName: `${name}${pointer}` }],
        },
      ],
    });
    return [
      ...problems.map((p) => result(p.code, p.severity, p.message, p.pointer, p.line, p.column)),
      ...findings.map((f) =>
        result(f.ruleId, f.severity, f.text, f.evidence.pointers[0] ?? '', f.line, f.column),
      ),
    ];
  });
  const rules = [...new Set(results.map((result) => result.ruleId))].sort().map((id) => ({ id }));
  return JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      { tool: { driver: { name: 'Steptrail', version, rules } }, columnKind: 'utf16CodeUnits', results },
    ],
  });
}
