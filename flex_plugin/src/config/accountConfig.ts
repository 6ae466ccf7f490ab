import { Manager } from '@twilio/flex-ui';

import { record } from '../attributes/record';
import { Config } from './config';
import { readConfig } from './readConfig';

/**
 * The account's settings. Flex lays a developer's `appConfig.js` over the account's `ui_attributes`
 * and gives both as `manager.configuration`. Faults are reported once, since the plugin starts once.
 */
export function accountConfig(manager: Manager): Config {
  const { config, faults } = readConfig(record(record(customData(manager)).features).ussd);
  if (faults.length > 0) console.warn(`plugin-ussd: ${faults.join(' ')}`);
  return config;
}

function customData(manager: Manager): unknown {
  const local = record(manager.configuration).custom_data;
  return local ?? record(record(manager.serviceConfiguration).ui_attributes).custom_data;
}
