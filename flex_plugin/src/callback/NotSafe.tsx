import { styled } from '@twilio/flex-ui';
import React from 'react';

import { background, border, text } from '../panel/tokens';
import { Say } from '../strings/say';

const Sign = styled.div`
  display: flex;
  gap: 0.75rem;
  align-items: center;
  margin: 0.75rem 0;
  padding: 0.75rem;
  border: 2px solid ${border('colorBorderError')};
  border-radius: 4px;
  background: ${background('colorBackgroundErrorWeakest')};
  color: ${text('colorText')};
  svg {
    flex: none;
    fill: ${background('colorBackgroundError')};
  }
`;

const Words = styled.strong`
  display: block;
  font-size: 1rem;
  font-weight: 700;
  color: ${text('colorTextErrorStrong')};
`;

/** Stands where the dial button would be: the caller said that a call would endanger them. */
export function NotSafe({ say }: { say: Say }): JSX.Element {
  return (
    <Sign role="alert">
      <svg viewBox="0 0 24 24" width="32" height="32" aria-hidden="true">
        <path d="M8 1h8l7 7v8l-7 7H8l-7-7V8zM6 10.5v3h12v-3z" fillRule="evenodd" />
      </svg>
      <div>
        <Words>{say('UssdNotSafe')}</Words>
        {say('UssdNotSafeWhy')}
      </div>
    </Sign>
  );
}
