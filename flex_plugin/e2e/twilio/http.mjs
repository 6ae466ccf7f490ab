import { ACCOUNT, OFFLINE, QUEUE, WORKER, WORKFLOW, WORKSPACE } from './records.mjs';

const HOUR = 3_600_000;

/** Twilio's HTTP answers for one signed-in user, by what the address holds. Everything else is an empty object. */
export function httpAnswers(account) {
  return [
    ['/Tokens/Info', () => tokenInfo(account)],
    ['/Tokens/Refresh', () => tokenInfo(account)],
    ['flex-api.twilio.com/v1/Configuration', () => configuration(account)],
    ['/api/v1/Session', () => ({ features: FEATURES, insights_active: false })],
    ['/api/v2/summary.json', () => ({ components: [], incidents: [], scheduled_maintenances: [], status: { indicator: 'none' } })],
    ['available_locales.json', () => LOCALES],
    ['fr-FR.json', () => ({ strings: { TaskHeaderComplete: 'Terminer' } })],
    ['countries.json', () => []],
    ['flagPositions.json', () => []],
  ];
}

// Lets an agent choose the language of Flex; without it Flex speaks English.
const FEATURES = [{ id: 'localization-beta', enabled: true, docUrl: '' }];

const LOCALES = [
  { tag: 'en-US', name: 'English' },
  { tag: 'fr-FR', name: 'Français' },
];

export function session(account) {
  return {
    token: 'x',
    identity: 'agent',
    roles: account.roles,
    expiration: expiration(),
    accountSid: ACCOUNT,
    flexUserSid: `FU${'0'.repeat(32)}`,
  };
}

function tokenInfo(account) {
  return {
    valid: true,
    identity: 'agent',
    roles: account.roles,
    flex_user_sid: `FU${'0'.repeat(32)}`,
    worker_sid: WORKER,
    expiration: expiration(),
    token: 'x',
  };
}

function expiration() {
  return new Date(Date.now() + 8 * HOUR).toISOString();
}

function configuration({ dialling, features }) {
  const long_ago = '2026-01-01T00:00:00Z';
  return {
    account_sid: ACCOUNT,
    date_created: long_ago,
    date_updated: long_ago,
    attributes: {},
    status: 'ok',
    ui_attributes: { version_compatibility: 'yes', custom_data: { features } },
    ui_version: '2.17.1',
    service_version: '1',
    runtime_domain: 'http://localhost:3000',
    taskrouter_workspace_sid: WORKSPACE,
    taskrouter_offline_activity_sid: OFFLINE,
    taskrouter_target_workflow_sid: WORKFLOW,
    taskrouter_target_taskqueue_sid: QUEUE,
    taskrouter_skills: [],
    outbound_call_flows: {
      default: { enabled: dialling, caller_id: '+15005550006', queue_sid: QUEUE, workflow_sid: WORKFLOW, location: 'SN' },
    },
    plugin_service_enabled: true,
  };
}
