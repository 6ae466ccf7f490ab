import React from 'react';

import { Outcome, Session } from '../attributes/session';
import { PrimaryButton } from '../panel/Button';
import { Aside, Subtitle } from '../panel/look';
import { Key } from '../strings/language';
import { Say } from '../strings/say';
import { NotSafe } from './NotSafe';
import { OutcomeChoice } from './OutcomeChoice';
import { PhoneNumber } from './PhoneNumber';
import { Refusal } from './refusal';

interface Props {
  session: Session;
  refusal?: Refusal;
  calling: boolean;
  onCall: () => void;
  onOutcome?: (outcome: Outcome) => void;
  localeTag: string;
  say: Say;
}

const REASON = 'ussd-call-back-reason';

/** The call-back: one button, or the words why not. Where calling is not safe there is no button at all. */
export function CallBack(props: Props): JSX.Element {
  const { session, say } = props;
  if (session.safety === 'unsafe') return <NotSafe say={say} />;
  return (
    <>
      <Subtitle>{say('UssdCallBackTitle')}</Subtitle>
      {session.number && <PhoneNumber number={session.number} say={say} />}
      <DialButton {...props} />
      {session.note.attempts > 0 && (
        <OutcomeChoice note={session.note} onChoose={props.onOutcome} localeTag={props.localeTag} say={say} />
      )}
    </>
  );
}

function DialButton({ refusal, calling, onCall, say }: Props): JSX.Element {
  const reason = calling ? say('UssdCalling') : refusal && say(`UssdRefused_${refusal}` as Key);
  return (
    <>
      <PrimaryButton type="button" disabled={Boolean(reason)} aria-describedby={REASON} onClick={onCall}>
        {say('UssdCallBack')}
      </PrimaryButton>
      <Aside id={REASON} role="status">{reason}</Aside>
    </>
  );
}
