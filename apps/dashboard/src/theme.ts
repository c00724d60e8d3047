import { useEffect, useState } from 'preact/hooks';

export type Theme = 'auto' | 'light' | 'dark';
const KEY = 'steptrail-theme';
const CHANGED = 'steptrail-theme-changed';

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'auto';
  } catch {
    return 'auto';
  }
}

/** Puts the chosen theme on the document; `auto` follows the system. */
export function applyTheme(theme: Theme = storedTheme()): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(storedTheme);
  const choose = (next: Theme) => {
    try {
      if (next === 'auto') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
    } catch {
      // A browser that keeps nothing shows the choice until the page is left.
    }
    applyTheme(next);
    setTheme(next);
    dispatchEvent(new Event(CHANGED));
  };
  return [theme, choose];
}

/** Counts changes of what the page looks like, for what is drawn with colours read from it. */
export function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const count = () => setChanges((before) => before + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    addEventListener(CHANGED, count);
    system.addEventListener('change', count);
    return () => {
      removeEventListener(CHANGED, count);
      system.removeEventListener('change', count);
    };
  }, []);
  return changes;
}
