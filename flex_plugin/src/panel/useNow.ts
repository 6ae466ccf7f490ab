import { useEffect, useState } from 'react';

const BEAT = 15_000;

/** The time in ms since the epoch, fresh enough for an age in minutes. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), BEAT);
    return () => clearInterval(timer);
  }, []);
  return now;
}
