/** A number from 0 to below 1 that depends on the keys and on the dice's own seed, and on nothing else. */
export type Dice = (...keys: readonly (string | number)[]) => number;

/** FNV-1a, then a finaliser: neighbouring texts give numbers far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Dice that fall alike whenever they are asked the same. */
export function diceOf(seed: string | number): Dice {
  return (...keys) => hash(`${seed}|${keys.join('|')}`) / 2 ** 32;
}

/** A whole number between two, both included. */
export function between(
  dice: Dice,
  least: number,
  most: number,
  ...keys: readonly (string | number)[]
): number {
  return least + Math.floor(dice(...keys) * (most - least + 1));
}

export function pick<T>(dice: Dice, list: readonly [T, ...T[]], ...keys: readonly (string | number)[]): T {
  return list[Math.floor(dice(...keys) * list.length)] ?? list[0];
}

/** `length` hexadecimal digits. */
export function hex(dice: Dice, length: number, ...keys: readonly (string | number)[]): string {
  let text = '';
  for (let part = 0; text.length < length; part++) {
    text += Math.floor(dice('hex', part, ...keys) * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
  return text.slice(0, length);
}

/** A UUID of version 4. */
export function uuid(dice: Dice, ...keys: readonly (string | number)[]): string {
  const digits = hex(dice, 32, 'uuid', ...keys);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
}
