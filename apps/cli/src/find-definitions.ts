import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Position, positionsOf, type WorkflowType } from '@steptrail/asl';
import { type CollectionTag, LineCounter, parseDocument, type ScalarTag } from 'yaml';
import {
  embeddedText,
  jsonSource,
  type Locate,
  locateWithin,
  type Source,
  yamlSource,
} from './source-positions.ts';

/** A definition as text or as data, and the file that positions in it refer to. */
interface DefinitionSource {
  readonly definition: { readonly text: string } | { readonly value: unknown };
  readonly file: string;
  /** Positions in the file of what pointers into the definition point to. */
  readonly locate: Locate;
  /** Turns a position in the definition's text into one in the file. */
  readonly place: (inText: Position) => Position;
}

/** A definition found in a file. */
export interface FoundDefinition extends DefinitionSource {
  /** Where in the file: the logical id of a template's resource; empty where the file is the definition. */
  readonly name: string;
  readonly type?: WorkflowType;
  /** Template placeholders may stand where values are expected. */
  readonly placeholders: boolean;
}

export type FoundDefinitions =
  | { readonly ok: true; readonly definitions: readonly FoundDefinition[] }
  | { readonly ok: false; readonly message: string };

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** CloudFormation's short forms (`!Sub`, `!GetAtt` …) read as their long forms. */
const CLOUDFORMATION_TAGS: (ScalarTag | CollectionTag)[] = [
  ...['Ref', 'Condition', 'Sub', 'GetAtt', 'ImportValue', 'GetAZs', 'Base64', 'Transform'].map((name) => ({
    tag: `!${name}`,
    resolve: (text: string) => ({ [name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`]: text }),
  })),
  ...[
    'Sub',
    'GetAtt',
    'Join',
    'Select',
    'Split',
    'If',
    'FindInMap',
    'Equals',
    'And',
    'Or',
    'Not',
    'Cidr',
  ].map(
    (name): CollectionTag => ({
      tag: `!${name}`,
      collection: 'seq',
      resolve: (seq) => ({ [`Fn::${name}`]: 'toJSON' in seq ? seq.toJSON() : [] }),
    }),
  ),
];

/** A value of an intrinsic function of CloudFormation as the placeholder that stands for it. */
function placeholderOf(value: Tree): string | undefined {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  const [name, argument] = entry;
  if (name === 'Ref') return `\${${String(argument)}}`;
  if (!name.startsWith('Fn::')) return undefined;
  if (name === 'Fn::Sub') return Array.isArray(argument) ? String(argument[0]) : String(argument);
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    const parts = argument[1].map((part: unknown) =>
      isTree(part) ? (placeholderOf(part) ?? '') : String(part),
    );
    return parts.join(String(argument[0]));
  }
  const named = Array.isArray(argument) ? argument.join('.') : String(argument);
  return `\${${named}}`;
}

/** More levels than a definition may have. */
const DEEPEST = 1000;

/** The same tree with every intrinsic function of CloudFormation replaced by its placeholder. */
function replaceIntrinsics(value: unknown, depth = 0): unknown {
  // What is nested deeper is refused as it is.
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => replaceIntrinsics(item, depth + 1));
  if (!isTree(value)) return value;
  const placeholder = placeholderOf(value);
  if (placeholder !== undefined) return placeholder;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, replaceIntrinsics(inner, depth + 1)]),
  );
}

const unmoved = (position: Position): Position => position;

/** A definition that is the whole of a JSON file. */
function wholeText(file: string, text: string): DefinitionSource {
  return { file, definition: { text }, locate: (pointers) => positionsOf(text, pointers), place: unmoved };
}

/** A definition that is an object in the file. */
function valueIn(file: string, source: Source, pointer: string, value: unknown): DefinitionSource {
  return { file, definition: { value }, locate: locateWithin(source, pointer), place: unmoved };
}

/** A definition that is a string in the file. */
function textIn(file: string, source: Source, pointer: string, text: string): DefinitionSource {
  const place = embeddedText(source, pointer, text);
  const locate: Locate = (pointers) =>
    new Map([...positionsOf(text, pointers)].map(([each, inText]) => [each, place(inText)]));
  return { file, definition: { text }, locate, place };
}

/** What is behind DefinitionUri, where it is a file beside the template and not an object in S3. */
function readDefinitionUri(uri: unknown, template: string): DefinitionSource | undefined {
  if (typeof uri !== 'string' || uri.startsWith('s3://') || uri.startsWith('https://')) return undefined;
  const file = join(dirname(template), uri);
  try {
    const text = readFileSync(file, 'utf8');
    if (!/\.ya?ml$/.test(uri)) return wholeText(file, text);
    const { tree, source } = readYaml(text);
    return valueIn(file, source, '', tree);
  } catch {
    return undefined; // named by the template, not there: nothing to lint
  }
}

function definitionOfResource(
  properties: Tree,
  file: string,
  source: Source,
  pointer: string,
): DefinitionSource | undefined {
  if (properties.Definition !== undefined)
    return valueIn(file, source, `${pointer}/Definition`, replaceIntrinsics(properties.Definition));
  const given = properties.DefinitionString;
  if (given !== undefined) {
    const text = replaceIntrinsics(given);
    const inner = isTree(given) && 'Fn::Sub' in given ? '/Fn::Sub' : '';
    return typeof text === 'string'
      ? textIn(file, source, `${pointer}/DefinitionString${inner}`, text)
      : undefined;
  }
  return readDefinitionUri(properties.DefinitionUri, file);
}

function workflowTypeOf(value: unknown): WorkflowType | undefined {
  return value === 'STANDARD' || value === 'EXPRESS' ? value : undefined;
}

const STATE_MACHINE_RESOURCES = new Set([
  'AWS::StepFunctions::StateMachine',
  'AWS::Serverless::StateMachine',
]);

function definitionsOfTemplate(resources: Tree, file: string, source: Source): FoundDefinition[] {
  const found: FoundDefinition[] = [];
  for (const [name, resource] of Object.entries(resources)) {
    if (!isTree(resource) || !STATE_MACHINE_RESOURCES.has(String(resource.Type))) continue;
    const properties = isTree(resource.Properties) ? resource.Properties : {};
    const pointer = `/Resources/${name.replaceAll('~', '~0').replaceAll('/', '~1')}/Properties`;
    const definition = definitionOfResource(properties, file, source, pointer);
    if (definition === undefined) continue;
    const type = workflowTypeOf(properties.StateMachineType ?? properties.Type);
    found.push({ name, ...definition, placeholders: true, ...(type === undefined ? {} : { type }) });
  }
  return found;
}

function readYaml(text: string): { readonly tree: unknown; readonly source: Source } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    customTags: CLOUDFORMATION_TAGS,
    logLevel: 'error',
    uniqueKeys: false,
    lineCounter,
  });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.message.split('\n')[0]);
  return { tree: document.toJS({ maxAliasCount: 100 }), source: yamlSource(text, document, lineCounter) };
}

const readJson = (text: string): { readonly tree: unknown; readonly source: Source } => ({
  tree: JSON.parse(text.replace(/^\ufeff/, '')),
  source: jsonSource(text),
});

/**
 * The definitions in a file: ASL in JSON or YAML, a recorded case with a `definition`, or the state machines of a
 * CloudFormation or SAM template. A file that holds none gives an empty list.
 */
export function findDefinitions(file: string, text: string): FoundDefinitions {
  const isJson = file.endsWith('.json') || /^\s*[{[]/.test(text);
  let read: ReturnType<typeof readYaml>;
  try {
    read = isJson ? readJson(text) : readYaml(text);
  } catch (error) {
    if (isJson && /"StartAt"/.test(text) && !/"Resources"/.test(text))
      return { ok: true, definitions: [{ name: '', ...wholeText(file, text), placeholders: false }] };
    const detail = error instanceof Error ? error.message.slice(0, 120) : '';
    return {
      ok: false,
      message: `${file}: it is no ${isJson ? 'JSON' : 'YAML'} (${detail}); check that it is whole.`,
    };
  }
  const { tree, source } = read;
  if (!isTree(tree)) return { ok: true, definitions: [] };
  if (isTree(tree.Resources))
    return { ok: true, definitions: definitionsOfTemplate(tree.Resources, file, source) };
  const type = workflowTypeOf(tree.type);
  // Of a template, or of a file that a framework makes a template of.
  const hasFunctions = /(?:^|[\s"'])(?:!(?:Ref|Sub|GetAtt)\b|Fn::\w)/.test(text);
  const placeholders = hasFunctions || /\$\{[^}]+\}/.test(text);
  const one = (definition: DefinitionSource): FoundDefinitions => ({
    ok: true,
    definitions: [{ name: '', ...definition, placeholders, ...(type === undefined ? {} : { type }) }],
  });
  if (tree.definition !== undefined && tree.StartAt === undefined) {
    if (typeof tree.text === 'string') return one(textIn(file, source, '/text', tree.text));
    return typeof tree.definition === 'string'
      ? one(textIn(file, source, '/definition', tree.definition))
      : one(valueIn(file, source, '/definition', tree.definition));
  }
  if (tree.StartAt === undefined && tree.States === undefined) return { ok: true, definitions: [] };
  if (isJson && !hasFunctions) return one(wholeText(file, text));
  return one(valueIn(file, source, '', replaceIntrinsics(tree)));
}
