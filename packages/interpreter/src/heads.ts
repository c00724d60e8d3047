import type { Frame } from './frame.ts';

/**
 * Which frames an event may follow: from an event id to the frames that wait for an event with it as its
 * previousEventId. Mostly one; all branches of a Parallel begin at the same id.
 */
export interface Heads {
  /** The frame there, the frames there, or undefined. */
  readonly at: (eventId: number) => Frame | readonly Frame[] | undefined;
  /** Registers a frame under the ids that its stance accepts, and nowhere else. */
  readonly place: (frame: Frame) => void;
}

export const isList = (there: Frame | readonly Frame[]): there is readonly Frame[] => Array.isArray(there);

const NOWHERE: readonly number[] = [];

export const createHeads = (): Heads => {
  const frames = new Map<number, Frame | Frame[]>();
  const add = (eventId: number, frame: Frame): void => {
    const there = frames.get(eventId);
    if (there === undefined) frames.set(eventId, frame);
    else if (!Array.isArray(there)) {
      if (there !== frame) frames.set(eventId, [there, frame]);
    } else if (!there.includes(frame)) there.push(frame);
  };
  const remove = (eventId: number, frame: Frame): void => {
    const there = frames.get(eventId);
    if (there === frame) frames.delete(eventId);
    else if (Array.isArray(there)) {
      const index = there.indexOf(frame);
      if (index >= 0) there.splice(index, 1);
      if (there.length === 0) frames.delete(eventId);
    }
  };
  return {
    at: (eventId) => frames.get(eventId),
    place: (frame) => {
      const { heads } = frame;
      if (typeof heads === 'number') remove(heads, frame);
      else for (const eventId of heads) remove(eventId, frame);
      const first = frame.stance.options[0]?.prediction;
      if (!frame.live || (first === undefined && frame.inner !== undefined)) frame.heads = NOWHERE;
      else if (first === undefined) frame.heads = frame.head;
      // All options of a stance follow the same event.
      else if (first.orPrevious === undefined) frame.heads = first.previous;
      else frame.heads = [first.previous, ...first.orPrevious];
      if (typeof frame.heads === 'number') add(frame.heads, frame);
      else for (const eventId of frame.heads) add(eventId, frame);
    },
  };
};
