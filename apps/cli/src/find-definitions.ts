import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CollectionTag, parseDocument, type ScalarTag } from 'yaml';
import type { WorkflowType } from './read-recorded-history.ts';

/** A definition found in a file: as text where the file is nothing else (so that problems have lines), else as data. */
export interface FoundDefinition {
  /** Where in the file: the logical id of a template's resource; empty where the file is the definition. */
  readonly name: string;
  readonly definition: { readonly text: string } | { readonly value: unknown };
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

/** The same tree with every intrinsic function of CloudFormation replaced by its placeholder. */
function replaceIntrinsics(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(replaceIntrinsics);
  if (!isTree(value)) return value;
  const placeholder = placeholderOf(value);
  if (placeholder !== undefined) return placeholder;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceIntrinsics(inner)]));
}

/** The text behind DefinitionUri, where it is a file beside the template and not an object in S3. */
function readDefinitionUri(uri: unknown, file: string): FoundDefinition['definition'] | undefined {
  if (typeof uri !== 'string' || uri.startsWith('s3://') || uri.startsWith('https://')) return undefined;
  try {
    const text = readFileSync(join(dirname(file), uri), 'utf8');
    return /\.ya?ml$/.test(uri) ? { value: parseTree(text) } : { text };
  } catch {
    return undefined; // named by the template, not there: nothing to lint
  }
}

function definitionOfResource(properties: Tree, file: string): FoundDefinition['definition'] | undefined {
  if (properties.Definition !== undefined) return { value: replaceIntrinsics(properties.Definition) };
  if (properties.DefinitionString !== undefined) {
    const text = replaceIntrinsics(properties.DefinitionString);
    return typeof text === 'string' ? { text } : undefined;
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

function definitionsOfTemplate(resources: Tree, file: string): FoundDefinition[] {
  const found: FoundDefinition[] = [];
  for (const [name, resource] of Object.entries(resources)) {
    if (!isTree(resource) || !STATE_MACHINE_RESOURCES.has(String(resource.Type))) continue;
    const properties = isTree(resource.Properties) ? resource.Properties : {};
    const definition = definitionOfResource(properties, file);
    if (definition === undefined) continue;
    const type = workflowTypeOf(properties.StateMachineType ?? properties.Type);
    found.push({ name, definition, placeholders: true, ...(type === undefined ? {} : { type }) });
  }
  return found;
}

function parseTree(text: string): unknown {
  const document = parseDocument(text, {
    customTags: CLOUDFORMATION_TAGS,
    logLevel: 'error',
    uniqueKeys: false,
  });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.message.split('\n')[0]);
  return document.toJS({ maxAliasCount: 100 });
}

/**
 * The definitions in a file: ASL in JSON or YAML, a recorded case with a `definition`, or the state machines of a
 * CloudFormation or SAM template. A file that holds none gives an empty list.
 */
export function findDefinitions(file: string, text: string): FoundDefinitions {
  let tree: unknown;
  const isJson = file.endsWith('.json') || /^\s*[{[]/.test(text);
  try {
    tree = isJson ? JSON.parse(text) : parseTree(text);
  } catch (error) {
    if (isJson && /"StartAt"/.test(text) && !/"Resources"/.test(text)) {
      return { ok: true, definitions: [{ name: '', definition: { text }, placeholders: false }] };
    }
    const detail = error instanceof Error ? error.message.slice(0, 120) : '';
    return {
      ok: false,
      message: `${file}: it is no ${isJson ? 'JSON' : 'YAML'} (${detail}); check that it is whole.`,
    };
  }
  if (!isTree(tree)) return { ok: true, definitions: [] };
  if (isTree(tree.Resources)) return { ok: true, definitions: definitionsOfTemplate(tree.Resources, file) };
  const type = workflowTypeOf(tree.type);
  const facts = type === undefined ? {} : { type };
  if (typeof tree.text === 'string' && tree.definition !== undefined) {
    return {
      ok: true,
      definitions: [{ name: '', definition: { text: tree.text }, placeholders: false, ...facts }],
    };
  }
  if (tree.definition !== undefined && tree.StartAt === undefined) {
    const definition =
      typeof tree.definition === 'string' ? { text: tree.definition } : { value: tree.definition };
    return { ok: true, definitions: [{ name: '', definition, placeholders: false, ...facts }] };
  }
  if (tree.StartAt === undefined && tree.States === undefined) return { ok: true, definitions: [] };
  const definition = isJson ? { text } : { value: tree };
  return { ok: true, definitions: [{ name: '', definition, placeholders: /\$\{[^}]+\}/.test(text) }] };
}
