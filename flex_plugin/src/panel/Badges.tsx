import React from 'react';

import { Session } from '../attributes/session';
import { Say } from '../strings/say';
import { Badge } from './Badge';
import { Badges as List } from './look';

/** What an agent must know before the first word: language, call-back, whole or not, real or not. */
export function Badges({ session, say }: { session: Session; say: Say }): JSX.Element {
  return (
    <List aria-label={say('UssdSession')}>
      {session.language && <Badge><bdi>{session.language}</bdi></Badge>}
      {callbackBadge(session, say)}
      {session.complete === true && <Badge>{say('UssdComplete')}</Badge>}
      {session.complete === false && <Badge tone="warn">{say('UssdPartial')}</Badge>}
      {session.possibleDuplicate && <Badge tone="warn">{say('UssdPossibleDuplicate')}</Badge>}
      {session.simulated && <Badge tone="warn">{say('UssdSimulated')}</Badge>}
    </List>
  );
}

function callbackBadge({ callback, safety }: Session, say: Say): JSX.Element {
  if (callback === undefined) return <Badge>{say('UssdCallbackUnknown')}</Badge>;
  if (!callback) return <Badge>{say('UssdCallbackNotWanted')}</Badge>;
  // Green would invite to call; beside the red sign it must not.
  return <Badge tone={safety === 'unsafe' ? 'plain' : 'good'}>{say('UssdCallbackWanted')}</Badge>;
}
