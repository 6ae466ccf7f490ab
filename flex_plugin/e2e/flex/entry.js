import * as Flex from '@twilio/flex-ui';

window.Twilio = { Flex };
