import type { ComponentChildren, TargetedEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { toExecution, toExecutions, toStateMachine, toStateMachines } from './links.ts';
import { Icon, type IconName } from './parts/icon.tsx';
import { type Theme, useTheme } from './theme.ts';

const PAGES: readonly { readonly path: string; readonly words: string; readonly icon: IconName }[] = [
  { path: '/', words: 'Overview', icon: 'home' },
  { path: '/findings', words: 'Findings', icon: 'flag' },
  { path: '/executions', words: 'Executions', icon: 'list' },
  { path: '/state-machines', words: 'State machines', icon: 'machine' },
  { path: '/activities', words: 'Activities', icon: 'person' },
  { path: '/coverage', words: 'Coverage', icon: 'check' },
];

/** What is around every page: the way to its parts, search, the choice of theme. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const { path } = useLocation();
  return (
    <div class="shell">
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <header class="side">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="26" height="26" />
          Steptrail
        </a>
        <nav aria-label="Main">
          <ul>
            {PAGES.map(({ path: target, words, icon }) => (
              <li key={target}>
                <a href={target} aria-current={isAt(path, target) ? 'page' : undefined}>
                  <Icon name={icon} />
                  {words}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="side-foot">
          <ThemeChoice />
        </div>
      </header>
      <div class="content">
        <Search />
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}

function isAt(path: string, target: string): boolean {
  return target === '/' ? path === '/' : path === target || path.startsWith(`${target}/`);
}

/** `/` focuses it. An ARN leads to what it names, any other text to executions whose name begins so. */
function Search() {
  const { route } = useLocation();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const { target } = event;
      const typing = target instanceof HTMLElement && target.closest('input, select, textarea') !== null;
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  const submit = (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? '';
    if (text !== '') route(searchTarget(text));
  };
  return (
    <search class="search">
      <form onSubmit={submit}>
        <Icon name="search" />
        <label class="visually-hidden" for="search">
          Find an execution by name or ARN
        </label>
        <input
          id="search"
          ref={field}
          type="search"
          placeholder="Find an execution by name or ARN"
          autoComplete="off"
          spellcheck={false}
          aria-keyshortcuts="/"
        />
        <span class="key" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
}

function searchTarget(text: string): string {
  if (/^arn:[^:]*:states:.*:(execution|express):/.test(text)) return toExecution(text);
  if (/^arn:[^:]*:states:.*:stateMachine:/.test(text)) return toStateMachine(text);
  if (/^arn:[^:]*:states:.*:activity:/.test(text)) return '/activities';
  if (text.startsWith('arn:')) return toStateMachines({ search: text });
  return toExecutions({ name: text });
}

const THEMES: readonly { readonly theme: Theme; readonly words: string; readonly icon: IconName }[] = [
  { theme: 'auto', words: 'As the system', icon: 'auto' },
  { theme: 'light', words: 'Light', icon: 'sun' },
  { theme: 'dark', words: 'Dark', icon: 'moon' },
];

function ThemeChoice() {
  const [chosen, choose] = useTheme();
  return (
    <fieldset class="theme-choice">
      <legend class="visually-hidden">Theme</legend>
      {THEMES.map(({ theme, words, icon }) => (
        <label key={theme} title={words}>
          <input
            type="radio"
            name="theme"
            value={theme}
            checked={theme === chosen}
            onChange={() => choose(theme)}
          />
          <Icon name={icon} />
          <span class="visually-hidden">{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
