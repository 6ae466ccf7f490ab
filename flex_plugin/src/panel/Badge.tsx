import { styled } from '@twilio/flex-ui';
import React from 'react';

import { background, border, text } from './tokens';

type Tone = 'plain' | 'good' | 'warn';

// Every tone also has its words: colour alone says nothing to some agents.
const BACKGROUNDS: Record<Tone, string> = {
  plain: 'colorBackground',
  good: 'colorBackgroundSuccessWeakest',
  warn: 'colorBackgroundWarningWeakest',
};
const BORDERS: Record<Tone, string> = {
  plain: 'colorBorderWeak',
  good: 'colorBorderSuccess',
  warn: 'colorBorderWarning',
};

const Pill = styled.li<{ $tone: Tone }>`
  padding: 0 0.5rem;
  border: 1px solid ${(props) => border(BORDERS[props.$tone])(props)};
  border-radius: 4px;
  background: ${(props) => background(BACKGROUNDS[props.$tone])(props)};
  color: ${text('colorText')};
`;

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: React.ReactNode }): JSX.Element {
  return <Pill $tone={tone}>{children}</Pill>;
}
