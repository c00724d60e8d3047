import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file that was found: named by the user, or one of a folder that the user named. */
export interface InputFile {
  readonly file: string;
  readonly fromFolder: boolean;
}

/** A file's text, or one sentence that says why there is none. */
export type FileText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: check the path',
  EACCES: 'you may not read it: check its permissions',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder: check the path',
  ELOOP: 'its links go in a circle',
  ENOSPC: 'the disk is full: free some space',
  ERR_STRING_TOO_LONG: 'it is larger than 512 MB: cut it into several files',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GB: cut it into several files',
};

/** Why a file cannot be read: a clause. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `it could not be read (${code || 'unknown reason'})`;
}

/** The files that the arguments mean: a folder means all files in it with one of the extensions, sorted, at any depth. */
export function findInputFiles(
  paths: readonly string[],
  extensions: readonly string[],
): { readonly files: readonly InputFile[]; readonly problems: readonly string[] } {
  const files: InputFile[] = [];
  const problems: string[] = [];
  const visit = (path: string, fromFolder: boolean): void => {
    try {
      if (!statSync(path).isDirectory()) {
        if (!fromFolder || extensions.some((extension) => path.endsWith(extension))) {
          files.push({ file: path, fromFolder });
        }
        return;
      }
      const names = readdirSync(path).filter((name) => name !== 'node_modules' && !name.startsWith('.'));
      for (const name of names.sort()) visit(join(path, name), true);
    } catch (error) {
      problems.push(`${path}: ${reasonOf(error)}.`);
    }
  };
  for (const path of paths) visit(path, false);
  return { files, problems };
}

/** Reads a file as UTF-8. */
export function readText(file: string): FileText {
  try {
    return { ok: true, text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { ok: false, message: `${file}: ${reasonOf(error)}.` };
  }
}

/** Parses JSON, or says in one sentence where it breaks off. */
export function parseJson(
  file: string,
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 120) : '';
    return { ok: false, message: `${file}: it is no JSON (${detail}); check that the file is whole.` };
  }
}
