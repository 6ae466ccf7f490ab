import { Manager } from '@twilio/flex-ui';

import { plain } from '../attributes/plain';
import { record } from '../attributes/record';

/** What Flex says where the account has no choice of languages switched on. */
const NO_CHOICE = 'flex default';

/**
 * The language tag of the agent's Flex. Where Flex offers no choice it runs in English; then the worker's attribute
 * `language`, or else the account's, tells what the agent reads.
 */
export function agentLanguage(manager: Manager): string | undefined {
  const { localeTag, localeSource } = record(manager.localization);
  const chosen = localeSource === NO_CHOICE ? undefined : plain(localeTag);
  const worker = record(manager.workerClient?.attributes);
  const account = record(manager.configuration);
  return chosen ?? plain(worker.language) ?? plain(account.language) ?? plain(localeTag);
}
