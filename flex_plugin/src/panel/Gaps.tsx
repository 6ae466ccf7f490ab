import React from 'react';

import { Gap } from '../attributes/session';
import { Key } from '../strings/language';
import { Say } from '../strings/say';
import { Warning } from './look';

/** Says in words what the task should hold and does not. */
export function Gaps({ gaps, say }: { gaps: Gap[]; say: Say }): JSX.Element | null {
  if (gaps.length === 0) return null;
  const missing = gaps.filter((gap) => gap !== 'shortened').map((gap) => say(`UssdGap_${gap}` as Key));
  return (
    <Warning role="note">
      {missing.length > 0 && say('UssdGaps', { gaps: missing.join(', ') })}{' '}
      {gaps.includes('shortened') && say('UssdGapShortened')}
    </Warning>
  );
}
