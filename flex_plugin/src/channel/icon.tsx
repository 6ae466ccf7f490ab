import React from 'react';

const PHONE = 'M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z';
const SCREEN = 'M7 4v5h10V4z';
const KEYS = [12, 15, 18].flatMap((y) => [8, 11, 14].map((x) => `M${x} ${y}h2v2h-2z`)).join('');

/** A phone with keys: what a caller dials a code on. */
export function icon(colour: string): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" width="1.5em" height="1.5em" fill={colour} fillRule="evenodd" aria-hidden="true">
      <path d={PHONE + SCREEN + KEYS} />
    </svg>
  );
}
