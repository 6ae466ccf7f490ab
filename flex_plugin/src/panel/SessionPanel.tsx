import React from 'react';

import { Session } from '../attributes/session';
import { Say } from '../strings/say';
import { Answers } from './Answers';
import { Badges } from './Badges';
import { Gaps } from './Gaps';
import { Region, Title, Warning } from './look';
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

/** One USSD session; of an erased one nothing is left but its reference. */
export function SessionPanel(props: Props): JSX.Element {
  const { session, say } = props;
  return (
    <Region aria-labelledby={HEADING}>
      <Title id={HEADING}>{[say('UssdPanelTitle'), session.reference].filter(Boolean).join(' ')}</Title>
      {session.erased ? <Warning role="note">{say('UssdErased')}</Warning> : <WholeSession {...props} />}
    </Region>
  );
}

// Read from top to bottom: who, what they need, what to do, where it came from.
function WholeSession({ session, children, say, ...when }: Props): JSX.Element {
  return (
    <>
      <Badges session={session} say={say} />
      <Gaps gaps={session.gaps} say={say} />
      {children}
      <Answers answers={session.answers} say={say} />
      <Origin session={session} say={say} {...when} />
    </>
  );
}
