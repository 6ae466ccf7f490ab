import { Key, Strings } from './language';

export type Values = Readonly<Record<string, string | number>>;
export type Say = (key: Key, values?: Values) => string;

/**
 * Says a string with its values. Plain text, never HTML: Flex's own `Template` writes what it is given
 * into the page as markup, and our values come from strangers.
 */
export function sayWith(strings: () => Partial<Strings>, defaults: Strings): Say {
  return (key, values = {}) => fill(textOf(strings()[key]) ?? defaults[key], values);
}

function fill(text: string, values: Values): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.prototype.hasOwnProperty.call(values, name) ? String(values[name]) : whole,
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
