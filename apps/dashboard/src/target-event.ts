import { useEffect, useState } from 'preact/hooks';

/** The event id that the URL's fragment names: `#event-17`. */
function targetEvent(): number | undefined {
  const id = /^#event-(\d+)$/.exec(location.hash)?.[1];
  return id === undefined ? undefined : Number(id);
}

/**
 * The event that the page is to show, and how often it was asked for: the same link twice scrolls twice.
 * @param url what the router shows; it changes without a hashchange when a link of another page leads here
 */
export function useTargetEvent(url: string): {
  readonly eventId: number | undefined;
  readonly asked: number;
} {
  const [target, setTarget] = useState({ eventId: targetEvent(), asked: 0 });
  useEffect(() => {
    const update = () => setTarget(({ asked }) => ({ eventId: targetEvent(), asked: asked + 1 }));
    update();
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, [url]);
  return target;
}
