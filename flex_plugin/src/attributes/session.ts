/** What the plugin knows of one USSD session. The bridge writes it into the task's attributes. */
export interface Session {
  reference?: string;
  answers: Answer[];
  language?: string;
  callback?: boolean;
  safety: Safety;
  complete?: boolean;
  simulated: boolean;
  /** An admin had the task made although an earlier one could not be ruled out. */
  possibleDuplicate: boolean;
  /** The caller had everything erased: nothing is missing, nothing is to be done. */
  erased: boolean;
  /** SID of the ended task that the same session's partial answers made. */
  earlierTask?: string;
  gateway?: string;
  serviceCode?: string;
  /** Present only where the bridge shared it, and only if it reads as a phone number. */
  number?: string;
  note: CallNote;
  gaps: Gap[];
}

export interface Answer {
  name: string;
  label: string;
  value: string;
  /** The menu does not know this answer, so `value` is the raw code. */
  unknown: boolean;
  /** Meant for the agent at work on the task, so it stands in no list or title. */
  sensitive: boolean;
}

/** `notAsked`: the menu has no such question, which counts as safe. `unknown`: nobody can tell, so nobody calls. */
export type Safety = 'safe' | 'unsafe' | 'notAsked' | 'unknown';

export const OUTCOMES = ['reached', 'no_answer', 'busy', 'wrong_person', 'try_later'] as const;
export type Outcome = typeof OUTCOMES[number];

/** What an agent noted about calling back. `at` is ISO 8601, UTC. */
export interface CallNote {
  attempts: number;
  outcome?: Outcome;
  at?: string;
}

/** A part of the session that should be there and is not. `menu`: answers are codes. `shortened`: there was more. */
export type Gap =
  | 'details'
  | 'reference'
  | 'answers'
  | 'language'
  | 'callback'
  | 'safety'
  | 'completeness'
  | 'number'
  | 'menu'
  | 'shortened';
