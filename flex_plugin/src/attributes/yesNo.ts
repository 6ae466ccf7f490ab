const WORDS: Readonly<Record<string, boolean>> = { yes: true, oui: true, no: false, non: false };

/** A truth as the bridge writes it (boolean), as a menu codes it (`yes`), or as an agent reads it (`Oui`). */
export function yesNo(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  return Object.prototype.hasOwnProperty.call(WORDS, word) ? WORDS[word] : undefined;
}
