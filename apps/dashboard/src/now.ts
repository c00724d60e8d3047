import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

/** The time that ages on the page are counted to: one for all, so that they agree with each other. */
export const Now = createContext(Date.now());

export function useNow(): number {
  return useContext(Now);
}

/** The browser's clock, read every half minute. */
export function useTickingNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
