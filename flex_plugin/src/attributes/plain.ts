// Controls, and the marks that turn the direction of text: a value must not reorder what stands around it.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

export const LONGEST = 500;

/** One line of printable text, or undefined where `value` is no text at all. */
export function plain(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).slice(0, LONGEST * 4).replace(UNPRINTABLE, ' ').replace(/ {2,}/g, ' ').trim();
  return text || undefined;
}

export function shorten(text: string, most: number): string {
  const letters = Array.from(text);
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
}
