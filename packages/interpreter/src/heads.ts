import { type Frame, previousOf, type Remembered } from './frame.ts';

/**
 * Which frames an event may follow: from an event id to the frames that wait for an event with it as its
 * previousEventId. Mostly one; all branches of a Parallel begin at the same id.
 */
export interface Heads {
  /** The frame there, the frames there, or undefined. */
  readonly at: (eventId: number) => Frame | readonly Frame[] | undefined;
  /** Registers a frame under the ids that its options accept, and nowhere else. */
  readonly place: (frame: Frame) => void;
}

export const isList = (there: Frame | readonly Frame[]): there is readonly Frame[] => Array.isArray(there);

const NOWHERE: readonly number[] = [];

/** Whether the ends of iterations are all that the frame may follow beside what it is registered under. */
const followsFreed = ({ options, stance: { freed } }: Frame): boolean =>
  freed !== undefined && options[0]?.prediction.orPrevious === freed;

export const createHeads = (): Heads => {
  // Ids count from 1, so this is a list; should they not, it is sparse.
  const frames: (Frame | Frame[] | undefined)[] = [];
  /** Where an iteration ended: the frame that its Map is in. */
  const heirs: (Remembered | undefined)[] = [];
  const heirAt = (eventId: number): Frame | undefined => {
    const heir = heirs[eventId]?.frame;
    if (heir === undefined || heir.stance.freed?.has(eventId) !== true) return undefined;
    return followsFreed(heir) ? heir : undefined;
  };
  const add = (eventId: number, frame: Frame): void => {
    const there = frames[eventId];
    if (there === undefined) frames[eventId] = frame;
    else if (!Array.isArray(there)) {
      if (there !== frame) frames[eventId] = [there, frame];
    } else if (!there.includes(frame)) there.push(frame);
  };
  const remove = (eventId: number, frame: Frame): void => {
    const there = frames[eventId];
    if (there === frame) frames[eventId] = undefined;
    else if (Array.isArray(there)) {
      const index = there.indexOf(frame);
      if (index >= 0) there.splice(index, 1);
      if (there.length === 0) frames[eventId] = undefined;
    }
  };
  return {
    at: (eventId) => {
      const there = frames[eventId];
      const heir = heirAt(eventId);
      if (there === undefined || heir === undefined) return there ?? heir;
      const all = isList(there) ? there : [there];
      return all.includes(heir) ? all : [...all, heir];
    },
    place: (frame) => {
      const { heads } = frame;
      if (typeof heads === 'number') remove(heads, frame);
      else for (const eventId of heads) remove(eventId, frame);
      const first = frame.options[0]?.prediction;
      if (frame.place?.ended === true) heirs[frame.head] = frame.within?.owner.remembered;
      if (!frame.live || (first === undefined && frame.inner !== undefined)) frame.heads = NOWHERE;
      else if (first === undefined) frame.heads = frame.head;
      // All options of a frame follow the same event.
      else if (first.orPrevious === undefined || followsFreed(frame)) frame.heads = previousOf(frame, first);
      else frame.heads = [previousOf(frame, first), ...first.orPrevious];
      if (typeof frame.heads === 'number') add(frame.heads, frame);
      else for (const eventId of frame.heads) add(eventId, frame);
    },
  };
};
