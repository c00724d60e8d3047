import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseValue } from '@steptrail/asl';
import { expect, test } from 'vitest';
import { ruleById } from './catalogue.ts';
import { checkDefinition } from './check-subject.ts';
import { renderFinding } from './render-finding.ts';

const corpus = process.env.STEPTRAIL_CORPUS ?? resolve(import.meta.dirname, '../../../../shared/corpus');
const folder = join(corpus, 'definitions');

test.skipIf(!existsSync(folder))(
  'real definitions: every finding has its words, its place and a key of its own (skipped without the corpus)',
  () => {
    const files = readdirSync(folder).filter((name) => name.startsWith('asl-'));
    for (const file of files) {
      const { definition }: { definition: unknown } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      for (const type of ['STANDARD', 'EXPRESS'] as const) {
        const parsed = parseValue(definition, { type, placeholders: true });
        if (!parsed.ok) continue;
        const findings = checkDefinition({ stateMachineArn: file, type, machine: parsed.machine });
        const identities = findings.map(({ ruleId, key }) => `${ruleId} ${key}`);
        expect(new Set(identities).size, file).toBe(identities.length);
        for (const finding of findings) {
          const template = ruleById(finding.ruleId)?.messages[finding.message] ?? '';
          const placeholders = [...template.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => key);
          expect(Object.keys(finding.data), file).toEqual(expect.arrayContaining(placeholders));
          expect(renderFinding(finding).text, file).not.toMatch(/unknown|NaN|undefined/);
          for (const pointer of finding.evidence.pointers) {
            expect(valueAt(definition, pointer), `${file} ${pointer}`).toBeDefined();
          }
        }
      }
    }
  },
);

/** The value that a JSON pointer points to; undefined where there is none. */
function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, token.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return value;
}
