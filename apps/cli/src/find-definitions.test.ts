// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of templates look like that
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lintDefinition } from './commands/lint.ts';
import { findDefinitions } from './find-definitions.ts';
import { sarifOf } from './sarif.ts';

const folder = mkdtempSync(join(tmpdir(), 'steptrail-lint-'));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** The text marks with § where its one problem stands; the mark is taken out. */
function unmark(marked: string): { text: string; line: number; column: number } {
  const before = marked.slice(0, marked.indexOf('§'));
  return {
    text: marked.replace('§', ''),
    line: before.split('\n').length,
    column: before.length - before.lastIndexOf('\n'),
  };
}

const STATES = `StartAt: A
        States:
          A:
            Type: Pass
            OutputPath: §test
            End: true
          `;
const TEMPLATE = 'Resources:\n  Orders:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n';
const ASL = (value: string): string =>
  `{"StartAt": "A", "States": {\n  "A": {"Type": "Pass", "OutputPath": ${value}, "End": true}}}`;
const escaped = (json: string): string => JSON.stringify(json);

test.each<[title: string, name: string, marked: string]>([
  ['ASL in JSON', 'a.json', ASL('§"test"')],
  ['ASL in JSON with a byte order mark', 'b.json', `\ufeff${ASL('§"test"')}`],
  [
    'ASL in YAML',
    'a.yaml',
    'StartAt: A\nStates:\n  A:\n    Type: Pass\n    OutputPath: §test\n    End: true\n',
  ],
  ['a recorded case', 'case.json', `{"type": "STANDARD",\n "definition": ${ASL('§"test"')}}`],
  ['Definition', 'c.yaml', `${TEMPLATE}      Definition:\n        ${STATES}`],
  [
    'Definition in JSON',
    'c.json',
    `{"Resources": {"O": {"Type": "AWS::Serverless::StateMachine", "Properties": {\n"Definition": ${ASL('§"test"')}}}}}`,
  ],
  [
    'DefinitionString, a block under !Sub',
    'd.yaml',
    `${TEMPLATE}      DefinitionString: !Sub |\n        {\n          "StartAt": "A",\n          "States": { "A": { "Type": "Pass", "OutputPath": §"test", "End": true } }\n        }\n      RoleArn: !GetAtt Role.Arn\n`,
  ],
  [
    'DefinitionString, a block under Fn::Sub',
    'e.yaml',
    `${TEMPLATE}      DefinitionString:\n        Fn::Sub: |-\n\n          { "StartAt": "A",\n            "States": { "A": { "Type": "Pass", "OutputPath": §"test", "End": true } } }\n`,
  ],
  [
    'DefinitionString in JSON',
    'd.json',
    `{"Resources": {"O": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {\n"DefinitionString": ${escaped(ASL('§"test"'))}}}}}`,
  ],
  [
    'DefinitionString under Fn::Sub in JSON',
    'e.json',
    `{"Resources": {"O": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {\n"DefinitionString": {"Fn::Sub": ${escaped(ASL('§"test"'))}}}}}}`,
  ],
  [
    'DefinitionString, joined: where it begins',
    'f.yaml',
    `${TEMPLATE}      DefinitionString: !Join §['', ['{"StartAt": "A", "States": {"A": {"Type": "Pass", "OutputPath": "test", ', '"End": true}}}']]\n`,
  ],
])('the place of a problem: %s', (_title, name, marked) => {
  const { text, line, column } = unmark(marked);
  const found = findDefinitions(name, text);
  expect(found).toMatchObject({ ok: true, definitions: [{ file: name }] });
  if (!found.ok) return;
  const linted = found.definitions.map((definition) => lintDefinition(definition, undefined));
  expect(linted).toMatchObject([
    { valid: false, problems: [{ pointer: '/States/A/OutputPath', line, column }] },
  ]);
});

test('DefinitionUri: places are those of the file it names', () => {
  const { text, line, column } = unmark(ASL('§"test"'));
  const definition = write('machine.asl.json', text);
  const template = `${TEMPLATE}      DefinitionUri: machine.asl.json\n      DefinitionSubstitutions: { A: !Ref B }\n`;
  const found = findDefinitions(join(folder, 'template.yaml'), template);
  if (!found.ok) throw new Error(found.message);
  const linted = found.definitions.map((each) => lintDefinition(each, undefined));
  expect(linted).toMatchObject([{ file: definition, name: 'Orders', problems: [{ line, column }] }]);
});

test('substitutions and functions of CloudFormation are no problems', () => {
  const template = `${TEMPLATE}      StateMachineType: EXPRESS
      DefinitionSubstitutions: { Fn: !GetAtt F.Arn, Limit: 5 }
      Definition:
        StartAt: A
        States:
          A: { Type: Task, Resource: '\${Fn}', TimeoutSeconds: '\${Limit}', Next: B }
          B: { Type: Task, Resource: !Sub 'arn:\${AWS::Partition}:states:::sns:publish', Next: C }
          C: { Type: Task, Resource: !GetAtt F.Arn, Parameters: { Topic: !Ref T }, End: true }
`;
  const found = findDefinitions('t.yaml', template);
  if (!found.ok) throw new Error(found.message);
  const [linted] = found.definitions.map((each) => lintDefinition(each, undefined));
  expect(linted).toMatchObject({ valid: true, problems: [] });
  const timeout = linted?.findings.find(({ ruleId }) => ruleId === 'task-timeout-missing');
  expect(timeout).toMatchObject({ line: 11 });
});

test('SARIF: what the standard demands of a log', () => {
  const found = findDefinitions('my machine.json', ASL('"test"'));
  if (!found.ok) throw new Error(found.message);
  const log = JSON.parse(
    sarifOf(
      found.definitions.map((each) => lintDefinition(each, undefined)),
      '1.0.0',
    ),
  );
  expect(Object.keys(log).sort()).toEqual(['$schema', 'runs', 'version']);
  const [{ tool, results, columnKind }] = log.runs;
  expect(columnKind).toBe('utf16CodeUnits');
  expect(results).toMatchObject([
    {
      ruleId: 'SCHEMA_VALIDATION_FAILED',
      level: 'error',
      message: { text: expect.stringMatching(/OutputPath/) },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'my%20machine.json' },
            region: { startLine: 2, startColumn: 39 },
          },
        },
      ],
    },
  ]);
  const ids = new Set(tool.driver.rules.map(({ id }: { id: string }) => id));
  for (const { ruleId } of results) expect(ids).toContain(ruleId);
});
