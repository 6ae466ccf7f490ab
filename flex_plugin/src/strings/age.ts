import { Say } from './say';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago `since` was at `now` (ms since the epoch), in the agent's words. */
export function age(since: number, now: number, say: Say): string {
  const passed = Math.max(0, now - since);
  const minutes = Math.floor((passed % HOUR) / MINUTE);
  const hours = Math.floor((passed % DAY) / HOUR);
  const days = Math.floor(passed / DAY);
  if (passed < MINUTE) return say('UssdAgeNow');
  if (passed < HOUR) return say('UssdAgeMinutes', { minutes });
  return passed < DAY ? say('UssdAgeHours', { hours, minutes }) : say('UssdAgeDays', { days, hours });
}

/** A moment in the agent's own time zone, written the way the agent's language writes it. */
export function clock(moment: Date, localeTag: string): string {
  return new Intl.DateTimeFormat(localeTag, { dateStyle: 'medium', timeStyle: 'short' }).format(moment);
}
