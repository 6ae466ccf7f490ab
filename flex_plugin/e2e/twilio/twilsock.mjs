const BREAK = '\r\n';

/** Answers Twilsock frames (Sync, Conversations, telemetry) with "OK", so that Flex does not wait for them. */
export function answerTwilsock(socket) {
  socket.onMessage((frame) => {
    const header = headerOf(frame);
    if (header?.method && header.method !== 'reply') socket.send(reply(header));
  });
}

function headerOf(frame) {
  const text = Buffer.from(frame).toString('utf8');
  const start = text.indexOf(BREAK) + BREAK.length;
  const [, size] = text.slice(0, start).trim().split(' ').slice(-2);
  const length = Number(size);
  return JSON.parse(text.slice(start, start + length));
}

function reply({ id, method }) {
  const extra = { init: initAnswer(), message: messageAnswer() }[method] ?? {};
  const payload = method === 'message' ? '{}' : '';
  const header = JSON.stringify({
    method: 'reply',
    id,
    payload_type: 'application/json',
    payload_size: payload.length,
    status: { code: 200, status: 'OK' },
    ...extra,
  });
  return Buffer.from(`TWILSOCK V3.0 ${Buffer.byteLength(header)}${BREAK}${header}${BREAK}${payload}`);
}

function initAnswer() {
  return {
    capabilities: ['client_update', 'offload'],
    continuation_token: 'token',
    continuation_token_status: { reissued: true, reissue_reason: 'new', reissue_message: '' },
    init_registrations: [],
  };
}

function messageAnswer() {
  return { http_status: { code: 200, status: 'OK' }, http_headers: { 'content-type': 'application/json' } };
}
