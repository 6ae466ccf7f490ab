import { styled } from '@twilio/flex-ui';
import React, { useState } from 'react';

import { SecondaryButton } from '../panel/Button';
import { Say } from '../strings/say';

const Line = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.25rem 0.75rem;
  margin: 0.25rem 0 0.5rem;
`;

/** The caller's number, hidden until the agent asks for it: screens are seen by others. */
export function PhoneNumber({ number, say }: { number: string; say: Say }): JSX.Element {
  const [shown, setShown] = useState(false);
  return (
    <Line>
      <span>
        {say('UssdNumber')} <strong>{shown ? <bdi>{number}</bdi> : say('UssdNumberHidden', { end: number.slice(-2) })}</strong>
      </span>
      <SecondaryButton type="button" onClick={() => setShown(!shown)}>
        {say(shown ? 'UssdHideNumber' : 'UssdShowNumber')}
      </SecondaryButton>
    </Line>
  );
}
