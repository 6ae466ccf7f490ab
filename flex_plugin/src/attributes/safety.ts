import { Fields } from './record';
import { Answer, Safety } from './session';
import { yesNo } from './yesNo';

const QUESTION = 'safe_to_call';

/** One "no" anywhere is a no: when the parts disagree, the caller's safety wins. */
export function readSafety(ussd: Fields, flat: Fields): Safety {
  const said = [ussd[QUESTION], flat[QUESTION], ...rawAnswers(ussd)].map(yesNo);
  if (said.includes(false)) return 'unsafe';
  if (yesNo(ussd[QUESTION]) === true) return 'safe';
  return ussd[QUESTION] === null ? 'notAsked' : 'unknown';
}

function rawAnswers(ussd: Fields): unknown[] {
  if (!Array.isArray(ussd.answers)) return [];
  return ussd.answers
    .filter((answer: Partial<Answer> | null) => answer?.name === QUESTION)
    .flatMap((answer: Fields) => [answer.value, answer.value_label]);
}
