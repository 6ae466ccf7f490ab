import { styled } from '@twilio/flex-ui';
import React from 'react';

import { CallNote, OUTCOMES, Outcome } from '../attributes/session';
import { SecondaryButton } from '../panel/Button';
import { Aside } from '../panel/look';
import { clock } from '../strings/age';
import { Key } from '../strings/language';
import { Say } from '../strings/say';

const Group = styled.fieldset`
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin: 0.75rem 0 0;
  padding: 0;
  border: 0;
  legend {
    margin-bottom: 0.25rem;
    padding: 0;
    font-weight: 600;
  }
`;

interface Props {
  note: CallNote;
  /** Absent where the task is another agent's: the note can then be read only. */
  onChoose?: (outcome: Outcome) => void;
  localeTag: string;
  say: Say;
}

/** How the last call went. One click notes it; another corrects it. */
export function OutcomeChoice({ note, onChoose, localeTag, say }: Props): JSX.Element {
  return (
    <>
      {onChoose && (
        <Group>
          <legend>{say('UssdOutcome')}</legend>
          {OUTCOMES.map((outcome) => (
            <SecondaryButton key={outcome} type="button" aria-pressed={note.outcome === outcome} onClick={() => onChoose(outcome)}>
              {say(wordOf(outcome))}
            </SecondaryButton>
          ))}
        </Group>
      )}
      <Aside role="status">{noted(note, localeTag, say)}</Aside>
    </>
  );
}

function noted({ attempts, outcome, at }: CallNote, localeTag: string, say: Say): string {
  const made = say('UssdAttempts', { attempts });
  if (!outcome) return made;
  const time = at ? clock(new Date(at), localeTag) : '';
  return `${made}. ${say('UssdOutcomeNoted', { outcome: say(wordOf(outcome)), time })}`;
}

function wordOf(outcome: Outcome): Key {
  return `UssdOutcome_${outcome}` as Key;
}
