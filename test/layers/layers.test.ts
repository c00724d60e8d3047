import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Arrows that the architecture allows: section 2, "depends on". Types-only arrows are written `type:`. */
const DEPENDS_ON: Readonly<Record<string, readonly string[]>> = {
  asl: [],
  history: [],
  interpreter: ['history', 'asl'],
  rules: ['interpreter', 'history', 'asl'],
  archive: ['history'],
  store: ['type:history', 'type:asl', 'type:interpreter', 'type:rules', 'type:archive'],
  aws: ['history'],
  alerts: ['type:rules'],
};

/** The dashboard imports only the API's client and types. */
const DASHBOARD_MAY_IMPORT = ['@steptrail/api/client', 'type:@steptrail/api'];

const PURE = ['asl', 'history', 'interpreter', 'rules', 'archive'];
const PURE_NODE_MODULES = new Set(['node:crypto', 'node:zlib', 'node:util', 'node:buffer']);

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => ({
    file: relative(root, file),
    specifier: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

function sourcesOf(kind: 'packages' | 'apps', name: string): string[] {
  return sourceFiles(join(root, kind, name, 'src'));
}

/** What only tests use (a real database for a test file, cases as data) is no part of the product's layers. */
function isProduct(file: string): boolean {
  return !/testing(\.ts|\/)/.test(file) && !readFileSync(file, 'utf8').includes("from 'vitest'");
}

const packages = readdirSync(join(root, 'packages'));
const apps = readdirSync(join(root, 'apps'));

test('every package has its row in the table of arrows', () => {
  expect(packages.toSorted()).toEqual(Object.keys(DEPENDS_ON).toSorted());
});

describe.each(packages)('packages/%s', (name) => {
  const files = sourcesOf('packages', name).filter(isProduct);
  const imports = files.flatMap(importsOf);

  test('imports only what its row allows', () => {
    const allowed = DEPENDS_ON[name] ?? [];
    const wrong = imports.filter(({ specifier, typeOnly }) => {
      if (!specifier.startsWith('@steptrail/')) return false;
      const target = specifier.split('/')[1] ?? '';
      return !(allowed.includes(target) || (typeOnly && allowed.includes(`type:${target}`)));
    });
    expect(wrong).toEqual([]);
  });

  test('reaches into no other package by path', () => {
    const home = join(root, 'packages', name);
    const wrong = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      return relative(home, join(root, dirname(file), specifier)).startsWith('..');
    });
    expect(wrong.filter(({ specifier }) => !specifier.endsWith('package.json'))).toEqual([]);
  });

  test('leaves the AWS SDK to packages/aws (types excepted)', () => {
    if (name === 'aws') return;
    const wrong = imports.filter(({ specifier, typeOnly }) => specifier.startsWith('@aws-sdk/') && !typeOnly);
    expect(wrong).toEqual([]);
  });
});

describe.each(PURE)('packages/%s is pure', (name) => {
  const files = sourcesOf('packages', name);

  test('no module of Node that does I/O', () => {
    const wrong = files
      .flatMap(importsOf)
      .filter(({ specifier }) => specifier.startsWith('node:') && !PURE_NODE_MODULES.has(specifier));
    expect(wrong).toEqual([]);
  });

  test.each([
    ['clock', /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bsetTimeout\(|\bsetInterval\(/],
    ['randomness', /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(/],
    ['promise', /\basync\b(?! )|\basync (?:function|\()|\bawait\b|\bPromise\b/],
    ['I/O', /\bprocess\.|\bconsole\.|\bfetch\(/],
  ])('no %s', (_, pattern) => {
    const wrong = files
      .filter((file) => !file.includes('.generated.'))
      .flatMap((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .map((line, index) => ({ file: relative(root, file), line: index + 1, text: line.trim() }))
          .filter(
            ({ text }) => !/^(\/\/|\*|\/\*)/.test(text) && pattern.test(text.replace(/'[^']*'|`[^`]*`/g, '')),
          ),
      );
    expect(wrong).toEqual([]);
  });
});

describe.each(apps)('apps/%s', (name) => {
  const files = sourcesOf('apps', name).filter(isProduct);

  test('only apps/cli imports other apps, but for the dashboard and the API client', () => {
    if (name === 'cli') return;
    const wrong = files.flatMap(importsOf).filter(({ specifier, typeOnly }) => {
      const target = specifier.startsWith('@steptrail/') ? (specifier.split('/')[1] ?? '') : '';
      if (name === 'dashboard' && target !== '') {
        return !DASHBOARD_MAY_IMPORT.includes(typeOnly ? `type:${specifier}` : specifier);
      }
      return apps.includes(target) && target !== name;
    });
    expect(wrong).toEqual([]);
  });
});
