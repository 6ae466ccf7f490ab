import React from 'react';

import { Gap } from '../attributes/session';
import { Key } from '../strings/language';
import { Say } from '../strings/say';
import { Warning } from './look';

/** Says in words what the task should hold and does not. */
export function Gaps({ gaps, say }: { gaps: Gap[]; say: Say }): JSX.Element | null {
  if (gaps.length === 0) return null;
  const missing = gaps.filter((gap) => !SENTENCES.includes(gap)).map((gap) => wordsOf(gap, say));
  const list = missing.length > 0 ? [say('UssdGaps', { gaps: missing.join(', ') })] : [];
  const sentences = gaps.filter((gap) => SENTENCES.includes(gap)).map((gap) => wordsOf(gap, say));
  return <Warning role="note">{[...list, ...sentences].join(' ')}</Warning>;
}

// Their words are whole sentences; the others' words are items of one list.
const SENTENCES: readonly Gap[] = ['menu', 'shortened'];

function wordsOf(gap: Gap, say: Say): string {
  return say(`UssdGap_${gap}` as Key);
}
