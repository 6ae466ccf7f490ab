import { CallResult } from '../callback/startCall';
import { Key } from '../strings/language';

/** Each message's id is also the key of its string. */
export const CALL_MESSAGES: Readonly<Record<Exclude<CallResult, 'started'>, Key>> = {
  noMicrophone: 'UssdNoMicrophone',
  diallingDisabled: 'UssdDiallingDisabled',
  notStarted: 'UssdCallNotStarted',
};

export const NOTE_NOT_SAVED: Key = 'UssdNoteNotSaved';
