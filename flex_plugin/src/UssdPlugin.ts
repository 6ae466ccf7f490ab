import { FlexPlugin } from '@twilio/flex-plugin';
import * as Flex from '@twilio/flex-ui';

import { registerCallChannel } from './channel/callChannel';
import { registerChannel } from './channel/channel';
import { createEnvironment } from './environment';
import { registerNotifications } from './notifications/register';
import { registerPanel } from './panel/register';

/** Shows USSD sessions to agents and calls people back when it is safe. */
export default class UssdPlugin extends FlexPlugin {
  constructor() {
    super('UssdPlugin');
  }

  async init(_flex: typeof Flex, manager: Flex.Manager): Promise<void> {
    const environment = createEnvironment(manager);
    if (!environment.config.enabled) return;
    registerNotifications();
    registerChannel(environment);
    registerCallChannel(environment);
    registerPanel(environment);
  }
}
