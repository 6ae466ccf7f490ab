import { isRecord } from '../attributes/record';
import { Config, DEFAULTS } from './config';

interface Rule {
  expected: string;
  holds: (value: unknown) => boolean;
}

const RULES: Readonly<Record<keyof Config, Rule>> = {
  enabled: { expected: 'true or false', holds: (value) => typeof value === 'boolean' },
  channel: { expected: 'the unique name of a task channel', holds: isText(/^[\w .-]{1,64}$/) },
  caller_id: { expected: 'a number like +15005550006', holds: isText(/^\+[1-9]\d{5,14}$/) },
  queue_sid: { expected: 'a queue sid, WQ and 32 hex digits', holds: isText(/^WQ[0-9a-f]{32}$/) },
  title: { expected: 'up to 4 names of questions', holds: isNames },
  colour: { expected: 'a colour like #0b7a52', holds: isText(/^#[0-9a-fA-F]{6}$/) },
};

export interface ReadConfig {
  config: Config;
  /** One sentence for every key that is not as expected. Never holds the value itself. */
  faults: string[];
}

/** Reads `features.ussd`; a wrong value is named and its default is used. */
export function readConfig(raw: unknown): ReadConfig {
  if (raw === undefined || raw === null) return { config: DEFAULTS, faults: [] };
  if (!isRecord(raw)) return { config: DEFAULTS, faults: ['features.ussd: expected an object; the defaults are used.'] };
  const good = Object.entries(raw).filter(([key, value]) => isKnown(key) && RULES[key].holds(value));
  const faults = Object.entries(raw).flatMap(([key, value]) => faultOf(key, value));
  return { config: { ...DEFAULTS, ...Object.fromEntries(good) }, faults };
}

function faultOf(key: string, value: unknown): string[] {
  if (!isKnown(key)) return [`features.ussd.${key}: no such setting; it is ignored.`];
  if (RULES[key].holds(value)) return [];
  return [`features.ussd.${key}: expected ${RULES[key].expected}; the default is used.`];
}

function isKnown(key: string): key is keyof Config {
  return Object.prototype.hasOwnProperty.call(RULES, key);
}

function isText(shape: RegExp): Rule['holds'] {
  return (value) => typeof value === 'string' && shape.test(value);
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 4 && value.every(isText(/^\w{1,64}$/));
}
