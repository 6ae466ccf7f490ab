import { record } from './record';
import { CallNote, OUTCOMES, Outcome } from './session';

/** The attribute that holds what agents noted about calling back. */
export const CALL_NOTE = 'ussd_callback';

const MOST_ATTEMPTS = 9999;

export function readCallNote(raw: unknown): CallNote {
  const { attempts, outcome, at } = record(raw);
  return {
    attempts: isCount(attempts) ? attempts : 0,
    outcome: OUTCOMES.find((each): each is Outcome => each === outcome),
    at: typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? at : undefined,
  };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_ATTEMPTS;
}
