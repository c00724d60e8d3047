import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const binary = join(root, 'dist', 'steptrail.mjs');

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of a machine without AWS, database or Steptrail settings, with some of its own. */
function plainEnvironment(more: Environment): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(AWS_|STEPTRAIL_|DATABASE_URL|PG)/.test(name)) env[name] = value;
  }
  // No link of the credential chain may find anything outside of the test.
  const nothing = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nowhere',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  };
  return { ...env, ...nothing, ...more };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built binary (`npm test` builds it first) to its end. */
export function runSteptrail(args: readonly string[], env: Environment = {}): Promise<Ended> {
  const child = spawn(process.execPath, [binary, ...args], { env: plainEnvironment(env), cwd: tmpdir() });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** A running Steptrail. */
export interface Running {
  readonly child: ChildProcess;
  /** Every line of both streams so far. */
  readonly lines: readonly string[];
  /** Resolves with the first line, past or to come, that matches; rejects where the process ends before. */
  readonly line: (pattern: RegExp) => Promise<string>;
  readonly ended: Promise<number | null>;
  /** Ends it as Ctrl+C does, and waits. */
  readonly stop: () => Promise<number | null>;
  readonly kill: () => Promise<number | null>;
}

/** Starts the built binary and reads its lines. */
export function startSteptrail(args: readonly string[], env: Environment = {}): Running {
  const child = spawn(process.execPath, [binary, ...args], { env: plainEnvironment(env), cwd: tmpdir() });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const look = () => {
    for (const check of waiting) check();
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      look();
    });
  }
  let over = false;
  const ended = new Promise<number | null>((resolve) =>
    child.on('close', (code) => {
      over = true;
      resolve(code);
      look();
    }),
  );
  return {
    child,
    lines,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined && !over) return;
          waiting.delete(check);
          if (found !== undefined) resolve(found);
          else reject(new Error(`It ended without a line like ${pattern}:\n${lines.join('\n')}`));
        };
        waiting.add(check);
        check();
      }),
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** A new folder below the temporary one. */
export function makeFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'steptrail-e2e-'));
  chmodSync(folder, 0o755); // as root the database runs as another user, who must get there
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
