import { Manager } from '@twilio/flex-ui';

import { accountConfig } from './config/accountConfig';
import { Config } from './config/config';
import { agentLanguage } from './strings/agentLanguage';
import { localeOf, stringsFor } from './strings/language';
import { Say, sayWith } from './strings/say';

/** What every part of the plugin needs of the account and the agent; made once, when the plugin starts. */
export interface Environment {
  config: Config;
  say: Say;
  localeTag: string;
}

/** Adds our strings below the account's, so that an account's own wording wins. */
export function createEnvironment(manager: Manager): Environment {
  const localeTag = localeOf(agentLanguage(manager));
  const ours = stringsFor(localeTag);
  const strings = { ...ours, ...(manager.strings as object) } as unknown;
  manager.strings = strings as Manager['strings'];
  const say = sayWith(() => manager.strings as unknown as typeof ours, ours);
  return { config: accountConfig(manager), say, localeTag };
}
