import { Session } from '../attributes/session';

/** What of the agent's desk decides whether a call can start. */
export interface Desk {
  accepted: boolean;
  mine: boolean;
  offline: boolean;
  onCall: boolean;
}

export type Refusal =
  | 'unsafe'
  | 'notWanted'
  | 'notAnswered'
  | 'safetyUnknown'
  | 'noNumber'
  | 'notYours'
  | 'notAccepted'
  | 'offline'
  | 'onCall';

/** Why the caller cannot be called back now, the gravest reason first; undefined if they can. */
export function refusal(session: Session, desk: Desk): Refusal | undefined {
  return refusalOfCaller(session) ?? refusalOfDesk(desk);
}

function refusalOfCaller({ safety, callback, number }: Session): Refusal | undefined {
  if (safety === 'unsafe') return 'unsafe';
  if (callback !== true) return callback === false ? 'notWanted' : 'notAnswered';
  if (safety === 'unknown') return 'safetyUnknown';
  return number ? undefined : 'noNumber';
}

function refusalOfDesk({ accepted, mine, offline, onCall }: Desk): Refusal | undefined {
  if (!mine) return 'notYours';
  if (!accepted) return 'notAccepted';
  if (offline) return 'offline';
  return onCall ? 'onCall' : undefined;
}
