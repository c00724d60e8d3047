/** Shorter texts are not worth looking for. */
const WORTH_SHARING = 64;
/** A state's output is the next one's input, a Parallel state's input that of every branch: few texts are recent. */
const RECENT = 8;

/**
 * Makes raw events of one history that say the same text again hold it once: AWS repeats every payload on its way from
 * state to state, and a parsed page has a copy for each. The events stay equal to what they were.
 */
export function createPayloadSharing(): (rawEvents: readonly unknown[]) => void {
  const recent: string[] = [];
  const shared = (text: string): string => {
    const found = recent.find((known) => known === text);
    if (found !== undefined) return found;
    if (recent.push(text) > RECENT) recent.shift();
    return text;
  };
  return (rawEvents) => {
    for (const raw of rawEvents) {
      if (!isRecord(raw)) continue;
      for (const details of Object.values(raw)) {
        if (!isRecord(details)) continue;
        for (const [key, value] of Object.entries(details)) {
          if (typeof value === 'string' && value.length >= WORTH_SHARING) details[key] = shared(value);
        }
      }
    }
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
