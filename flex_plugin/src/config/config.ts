/** What an admin may set in `ui_attributes.custom_data.features.ussd`. Every key is optional. */
export interface Config {
  enabled: boolean;
  /** Unique name of the task channel that the bridge creates its tasks on. */
  channel: string;
  /** Number that the caller sees, E.164. Without it Flex's own outbound default. */
  caller_id?: string;
  /** TaskRouter queue of the outbound call. Without it Flex's own outbound default. */
  queue_sid?: string;
  /** Names of the answers that stand in a task's title, after its reference. */
  title: readonly string[];
  /** Colour of the channel in Flex's lists. */
  colour: string;
}

export const DEFAULTS: Config = {
  enabled: true,
  channel: 'ussd',
  title: ['support_type', 'location'],
  colour: '#0b7a52',
};
