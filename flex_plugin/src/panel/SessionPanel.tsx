import React from 'react';

import { Session } from '../attributes/session';
import { Say } from '../strings/say';
import { Answers } from './Answers';
import { Badges } from './Badges';
import { Gaps } from './Gaps';
import { Region, Title } from './look';
import { Origin } from './Origin';

interface Props {
  session: Session;
  created?: number;
  now: number;
  localeTag: string;
  say: Say;
  /** What can be done about the session: the call-back, or nothing. */
  children?: React.ReactNode;
}

const HEADING = 'ussd-session-heading';

/** One USSD session, read from top to bottom: who, what they need, what to do, where it came from. */
export function SessionPanel({ session, children, say, ...when }: Props): JSX.Element {
  return (
    <Region aria-labelledby={HEADING}>
      <Title id={HEADING}>{[say('UssdPanelTitle'), session.reference].filter(Boolean).join(' ')}</Title>
      <Badges session={session} say={say} />
      <Gaps gaps={session.gaps} say={say} />
      {children}
      <Answers answers={session.answers} say={say} />
      <Origin session={session} say={say} {...when} />
    </Region>
  );
}
