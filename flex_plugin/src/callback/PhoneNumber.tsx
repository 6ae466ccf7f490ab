import React, { useState } from 'react';

import { SecondaryButton } from '../panel/Button';
import { Facts, Term, Value } from '../panel/look';
import { Say } from '../strings/say';

/** The caller's number, hidden until the agent asks for it: screens are seen by others. */
export function PhoneNumber({ number, say }: { number: string; say: Say }): JSX.Element {
  const [shown, setShown] = useState(false);
  return (
    <Facts>
      <Term>{say('UssdNumber')}</Term>
      <Value>{shown ? <bdi>{number}</bdi> : say('UssdNumberHidden', { end: number.slice(-2) })}</Value>
      <Term aria-hidden="true" />
      <Value>
        <SecondaryButton type="button" onClick={() => setShown(!shown)}>
          {say(shown ? 'UssdHideNumber' : 'UssdShowNumber')}
        </SecondaryButton>
      </Value>
    </Facts>
  );
}
