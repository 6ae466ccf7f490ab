// The records of TaskRouter as the browser SDK takes them: REST's snake case, dates in epoch seconds, objects as JSON text.

export const ACCOUNT = `AC${'0'.repeat(32)}`;
export const WORKSPACE = `WS${'0'.repeat(32)}`;
export const WORKER = `WK${'0'.repeat(32)}`;
export const OTHER_WORKER = `WK${'1'.repeat(32)}`;
export const QUEUE = `WQ${'0'.repeat(32)}`;
export const WORKFLOW = `WW${'0'.repeat(32)}`;
export const OFFLINE = `WA${'0'.repeat(32)}`;
export const AVAILABLE = `WA${'1'.repeat(32)}`;

let last = 0;

export function sid(prefix) {
  last += 1;
  return prefix + String(last).padStart(32, '0');
}

export function now() {
  return Math.floor(Date.now() / 1000);
}

export function activity(activitySid, name, available) {
  return { ...dated(), sid: activitySid, friendly_name: name, available };
}

export function worker(activitySid, attributes) {
  return {
    ...dated(),
    sid: WORKER,
    friendly_name: 'agent',
    activity_sid: activitySid,
    activity_name: activitySid === OFFLINE ? 'Offline' : 'Available',
    available: activitySid !== OFFLINE,
    attributes: JSON.stringify(attributes),
    date_status_changed: now(),
    version: '1',
  };
}

export function channel(name) {
  return {
    ...dated(),
    sid: sid('WC'),
    task_channel_sid: sid('TC'),
    task_channel_unique_name: name,
    worker_sid: WORKER,
    available: true,
    available_capacity_percentage: 100,
    configured_capacity: 10,
    assigned_tasks: 0,
    last_reserved_time: now(),
  };
}

/** `age` in seconds since the task was made. */
export function task({ attributes, channel: channelName = 'ussd', age = 0, routingTarget = null }) {
  return {
    ...dated(age),
    sid: sid('WT'),
    attributes: JSON.stringify(attributes),
    addons: '{}',
    age,
    assignment_status: 'reserved',
    priority: 0,
    queue_name: 'Everyone',
    queue_sid: QUEUE,
    reason: null,
    routing_target: routingTarget,
    task_channel_unique_name: channelName,
    task_channel_sid: sid('TC'),
    timeout: 1209600,
    workflow_name: 'Support',
    workflow_sid: WORKFLOW,
    version: '1',
    virtual_start_time: now() - age,
  };
}

export function reservation(ofTask) {
  return {
    ...dated(),
    sid: sid('WR'),
    task: ofTask,
    reservation_status: 'pending',
    reservation_timeout: 120,
    worker_sid: WORKER,
    version: '1',
  };
}

function dated(age = 0) {
  return { account_sid: ACCOUNT, workspace_sid: WORKSPACE, date_created: now() - age, date_updated: now() };
}
