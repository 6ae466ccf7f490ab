import { OTHER_WORKER, QUEUE, WORKSPACE } from './records.mjs';

/** What a supervisor's Flex asks Sync: which workers there are, and which tasks each of them has. */
export class Sync {
  constructor({ team = [] } = {}) {
    this.team = team;
  }

  bodyFor({ path }) {
    if (path.includes('/Insights/tr-worker/Items')) return answer('workers', { [OTHER_WORKER]: WORKER });
    if (path.includes('/Insights/tr-reservation/Items')) return answer('tasks', Object.fromEntries(this.team.map(reserved)));
    return {};
  }
}

function answer(query_id, byKey) {
  const items = Object.entries(byKey).map(([key, data]) => ({ key, data, revision: '1' }));
  return { query_id, last_event_id: 1, items };
}

const TIME = new Date().toISOString();

const WORKER = {
  worker_sid: OTHER_WORKER,
  workspace_sid: WORKSPACE,
  friendly_name: 'colleague',
  activity_name: 'Available',
  attributes: { full_name: 'Awa Colleague', roles: ['agent'], contact_uri: 'sip:awa@example.test' },
  date_activity_changed: TIME,
  date_updated: TIME,
  queue_sids: [QUEUE],
};

function reserved(attributes, place) {
  const reservationSid = `WR${String(900 + place).padStart(32, '0')}`;
  return [
    reservationSid,
    {
      reservation_sid: reservationSid,
      task_sid: `WT${String(900 + place).padStart(32, '0')}`,
      worker_sid: OTHER_WORKER,
      workspace_sid: WORKSPACE,
      status: 'accepted',
      task_status: 'assigned',
      task_age: 60,
      task_priority: 0,
      task_channel_unique_name: 'ussd',
      queue_name: 'Everyone',
      attributes,
      date_created: TIME,
      date_updated: TIME,
    },
  ];
}
