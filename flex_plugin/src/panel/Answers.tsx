import React from 'react';

import { Answer } from '../attributes/session';
import { Say } from '../strings/say';
import { Facts, Subtitle, Term, Value } from './look';

/** The answers in the order they were given, whatever the menu asked. */
export function Answers({ answers, say }: { answers: Answer[]; say: Say }): JSX.Element | null {
  if (answers.length === 0) return null;
  return (
    <>
      <Subtitle>{say('UssdAnswers')}</Subtitle>
      <Facts>
        {answers.map((answer, place) => (
          // A hostile task may name two answers alike; their place is all that tells them apart.
          <React.Fragment key={place}>
            <Term><bdi>{answer.label}</bdi></Term>
            <Value>
              <bdi>{answer.value}</bdi>
              {answer.unknown && ` (${say('UssdUnknownAnswer')})`}
            </Value>
          </React.Fragment>
        ))}
      </Facts>
    </>
  );
}
