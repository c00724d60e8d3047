import type { Frame } from './frame.ts';

/**
 * Which frames an event may follow: from an event id to the frames that wait for an event with it as its
 * previousEventId. Mostly one; all branches of a Parallel begin at the same id.
 */
export interface Heads {
  readonly at: (eventId: number) => readonly Frame[];
  /** Registers a frame under the ids that its stance accepts, and nowhere else. */
  readonly place: (frame: Frame) => void;
}

const nobody: readonly Frame[] = [];

export const createHeads = (): Heads => {
  const frames = new Map<number, Frame[]>();
  const add = (eventId: number, frame: Frame): void => {
    const there = frames.get(eventId);
    if (there === undefined) frames.set(eventId, [frame]);
    else if (!there.includes(frame)) there.push(frame);
  };
  const remove = (eventId: number, frame: Frame): void => {
    const there = frames.get(eventId);
    if (there === undefined) return;
    if (there.length === 1) {
      if (there[0] === frame) frames.delete(eventId);
      return;
    }
    const index = there.indexOf(frame);
    if (index >= 0) there.splice(index, 1);
  };
  return {
    at: (eventId) => frames.get(eventId) ?? nobody,
    place: (frame) => {
      for (const eventId of frame.heads) remove(eventId, frame);
      const { options } = frame.stance;
      const [first] = options;
      if (!frame.live || first === undefined) {
        frame.heads = frame.live && frame.inner === undefined ? [frame.head] : [];
      } else if (first.prediction.orPrevious === undefined) {
        // All options of a stance follow the same event.
        frame.heads = [first.prediction.previous];
      } else {
        frame.heads = [first.prediction.previous, ...first.prediction.orPrevious];
      }
      for (const eventId of frame.heads) add(eventId, frame);
    },
  };
};
