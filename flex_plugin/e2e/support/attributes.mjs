import { readFileSync } from 'node:fs';

const FIXTURE = new URL('../fixtures/support.json', import.meta.url);

/** Attributes of a complete session that wants a call back: from the bridge where it hands some over, else ours. */
export const attributes = JSON.parse(readFileSync(process.env.USSD_TASK_ATTRIBUTES ?? FIXTURE, 'utf8'));

export const { reference } = attributes.ussd;
export const number = attributes.from;

if (!number || attributes.ussd.safe_to_call === false) {
  throw new Error('USSD_TASK_ATTRIBUTES must hold a session that wants a call back and says that it is safe.');
}

/** The same session with other flat keys and other keys of its `ussd` object; undefined takes a key away. */
export function changed(flat = {}, ussd = {}) {
  return { ...attributes, ...flat, ussd: { ...attributes.ussd, ...ussd } };
}

export function notSafe() {
  return changed({ from: undefined }, { safe_to_call: false, answers: answered('safe_to_call', 'no', 'No') });
}

export function notWanted() {
  const answers = answered('callback', 'no', 'No').filter(({ name }) => name !== 'safe_to_call');
  return changed({ from: undefined, callback: 'No' }, { callback: false, safe_to_call: null, answers });
}

export function partial() {
  const answers = attributes.ussd.answers.slice(0, 2);
  const unknown = { complete: false, callback: null, safe_to_call: 'unknown', answers };
  return changed({ from: undefined, callback: undefined }, unknown);
}

/** What the bridge leaves of a task whose caller wanted all erased. */
export function erased() {
  const { version, external_id } = attributes.ussd;
  const ussd = { version, external_id, reference, erased: true, callback: null, safe_to_call: 'unknown', answers: [] };
  return { type: 'support', channel: 'ussd', name: reference, ussd, conversations: { conversation_id: reference } };
}

function answered(question, value, words) {
  return attributes.ussd.answers.map((answer) =>
    answer.name === question ? { ...answer, value, value_label: words } : answer,
  );
}
