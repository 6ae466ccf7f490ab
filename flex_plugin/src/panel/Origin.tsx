import React from 'react';

import { Session } from '../attributes/session';
import { age, clock } from '../strings/age';
import { Say } from '../strings/say';
import { Facts, Subtitle, Term, Value } from './look';

interface Props {
  session: Session;
  /** When the task was made and what time it is, both ms since the epoch. */
  created?: number;
  now: number;
  localeTag: string;
  say: Say;
}

/** Where the session came from, and when. */
export function Origin({ session, created, now, localeTag, say }: Props): JSX.Element {
  return (
    <>
      <Subtitle>{say('UssdSession')}</Subtitle>
      <Facts>
        {fact(say('UssdReference'), session.reference)}
        {fact(say('UssdReceived'), created && clock(new Date(created), localeTag))}
        {fact(say('UssdAge'), created && age(created, now, say))}
        {fact(say('UssdGateway'), session.gateway)}
        {fact(say('UssdServiceCode'), session.serviceCode)}
        {fact(say('UssdEarlierTask'), session.earlierTask)}
      </Facts>
    </>
  );
}

function fact(term: string, value: string | 0 | undefined): JSX.Element | null {
  if (!value) return null;
  return (
    <>
      <Term>{term}</Term>
      <Value><bdi>{value}</bdi></Value>
    </>
  );
}
