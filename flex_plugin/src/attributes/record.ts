export type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` if it is a record, else an empty one: what is missing inside is then missing everywhere. */
export function record(value: unknown): Fields {
  return isRecord(value) ? value : {};
}
