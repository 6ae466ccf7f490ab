import { ITask } from '@twilio/flex-ui';

import { plain, shorten } from '../attributes/plain';
import { readSession } from '../attributes/readSession';
import { record } from '../attributes/record';
import { Session } from '../attributes/session';
import { Environment } from '../environment';
import { createdAt } from '../panel/created';
import { age } from '../strings/age';

const SEPARATOR = ' · ';
const WIDEST = 40;
const UNTITLED = ['callback', 'safe_to_call'];
// Whoever looks over a shoulder sees titles: no setting puts the number there, or what would endanger the caller.
const UNTOLD = ['from', 'safe_to_call'];

/** "K7QM4X · Shelter · Thies": the reference and the answers that say most, in the agent's words. */
export function titleOf(task: ITask, { config }: Environment): string {
  const session = readSession(task.attributes);
  const named = config.title.flatMap((name) => valueOf(name, session, task.attributes));
  const values = named.length > 0 ? named : firstValues(session);
  const words = values.map((value) => shorten(value, WIDEST));
  return [session.reference ?? 'USSD', ...words].join(SEPARATOR);
}

/** "French · Waiting 12 min". */
export function waitingLine(task: ITask, { say }: Environment): string {
  const created = createdAt(task);
  const waiting = created === undefined ? [] : [say('UssdWaiting', { age: age(created, Date.now(), say) })];
  return [...languageOf(task), ...waiting].join(SEPARATOR);
}

function languageOf(task: ITask): string[] {
  const { language } = readSession(task.attributes);
  return language ? [shorten(language, WIDEST)] : [];
}

function valueOf(name: string, session: Session, attributes: unknown): string[] {
  if (UNTOLD.includes(name)) return [];
  const answer = session.answers.find((each) => each.name === name);
  if (answer) return answer.sensitive ? [] : [answer.value];
  const value = plain(record(attributes)[name]);
  return value ? [value] : [];
}

function firstValues(session: Session): string[] {
  const telling = session.answers.filter((answer) => !answer.sensitive && !UNTITLED.includes(answer.name));
  return telling.slice(0, 2).map((answer) => answer.value);
}
