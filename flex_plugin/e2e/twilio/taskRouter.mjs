import * as records from './records.mjs';

const CHANNELS = ['ussd', 'voice', 'default'];

/**
 * A TaskRouter for one worker, behind the event bridge: Flex's SDK sends every REST call through one POST and hears
 * of changes over one web socket. Keeps everything that was posted.
 */
export class TaskRouter {
  /** @param {{activity?: string, workerAttributes?: object, losesCalls?: boolean, [other: string]: unknown}} account */
  constructor({ activity = records.AVAILABLE, workerAttributes = {}, losesCalls = false } = {}) {
    this.worker = records.worker(activity, { contact_uri: 'sip:agent@example.test', ...workerAttributes });
    this.activities = [
      records.activity(records.AVAILABLE, 'Available', true),
      records.activity(records.OFFLINE, 'Offline', false),
    ];
    this.channels = CHANNELS.map(records.channel);
    this.reservations = new Map();
    this.posted = [];
    this.refusesAttributes = false;
    this.losesCalls = losesCalls;
    this.connected = new Promise((resolve) => {
      this.onConnected = resolve;
    });
  }

  connect(socket) {
    this.socket = socket;
    this.tell('init', {
      channel_id: records.WORKER,
      account_sid: records.ACCOUNT,
      workspace_sid: records.WORKSPACE,
      token_lifetime: 28_800_000,
    });
    this.onConnected();
  }

  tell(event, payload) {
    this.socket.send(JSON.stringify({ event_type: event, payload }));
  }

  /** Offers the worker a new task, as TaskRouter does when it reserves one. */
  offer(options) {
    const reservation = records.reservation(records.task(options));
    this.reservations.set(reservation.sid, reservation);
    this.tell('reservation.created', reservation);
    return reservation;
  }

  /** Writes a task's attributes from outside, as the bridge does when a partial session becomes complete. */
  rewrite(reservation, attributes) {
    this.rewriteUnheard(reservation, attributes);
    this.tell('task.updated', reservation.task);
  }

  /** The same before Flex hears of it: its copy of the task is then older than TaskRouter's. */
  rewriteUnheard(reservation, attributes) {
    reservation.task.attributes = JSON.stringify(attributes);
  }

  /** Sets the worker's activity, as the agent's menu does. */
  changeActivity(name) {
    const { sid, available } = this.activities.find((each) => each.friendly_name === name);
    Object.assign(this.worker, { activity_sid: sid, activity_name: name, available });
    this.tell('worker.activity.update', this.worker);
  }

  /** Ends every call. */
  hangUp() {
    for (const reservation of this.reservations.values()) {
      if (reservation.task.task_channel_unique_name === 'voice') this.end(reservation);
    }
  }

  end(reservation) {
    this.reservations.delete(reservation.sid);
    this.tell('reservation.completed', { ...reservation, reservation_status: 'completed' });
  }

  /** Ends every task and forgets what was posted. */
  clear() {
    for (const reservation of this.reservations.values()) this.end(reservation);
    this.posted = [];
  }

  /** What was posted to paths that hold `part`, oldest first. */
  postsTo(part) {
    return this.posted.filter(({ path }) => path.includes(part)).map(({ params }) => params);
  }

  /** Answers one REST call from the SDK: `{status, payload}`. */
  answer({ url, method = 'GET', params = {} }) {
    const path = new URL(url, 'https://taskrouter.twilio.com').pathname;
    if (method.toUpperCase() === 'POST') this.posted.push({ path, params });
    const end = path.match(/\/(\w+)(?:\/(\w+))?$/) ?? [];
    return this.resource(end[1], end[2], method.toUpperCase(), params);
  }

  resource(kind, id, method, params) {
    if (kind === 'Reservations' && id) return this.reservationAnswer(this.reservations.get(id), params);
    if (kind === 'Tasks' && id) return this.taskAnswer(id, params);
    const last = id ?? kind;
    if (last === 'Reservations') return { contents: [] };
    if (last === 'Activities') return { contents: this.activities };
    if (last === 'WorkerChannels') return { contents: this.channels };
    if (last === 'Tasks' && method === 'POST') return this.createTask(params);
    if (kind === 'Workers') return this.worker;
    return {};
  }

  reservationAnswer(reservation, { ReservationStatus: status }) {
    if (status) {
      reservation.reservation_status = status;
      reservation.task.assignment_status = status === 'accepted' ? 'assigned' : status;
      setTimeout(() => this.tell(`reservation.${status}`, reservation), 5);
    }
    return reservation;
  }

  taskAnswer(id, params) {
    const task = [...this.reservations.values()].map((each) => each.task).find((each) => each.sid === id);
    if (params.Attributes) {
      if (this.refusesAttributes) throw new Error('refused');
      task.attributes = JSON.stringify(asObject(params.Attributes));
      setTimeout(() => this.tell('task.updated', task), 5);
    }
    return task;
  }

  /** An outbound call: TaskRouter makes a task for it and reserves it for the caller at once. */
  createTask(params) {
    const attributes = asObject(params.Attributes);
    const options = { attributes, channel: params.TaskChannelUniqueName, routingTarget: records.WORKER };
    const reservation = records.reservation(records.task(options));
    this.reservations.set(reservation.sid, reservation);
    if (!this.losesCalls) setTimeout(() => this.tell('reservation.created', reservation), 5);
    return reservation.task;
  }
}

function asObject(attributes) {
  return typeof attributes === 'string' ? JSON.parse(attributes) : attributes;
}
