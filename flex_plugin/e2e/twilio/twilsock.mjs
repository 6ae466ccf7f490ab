const BREAK = '\r\n';

/**
 * Answers Twilsock frames (Sync, Conversations, telemetry) with "OK", so that Flex does not wait for them.
 * `bodyFor(httpRequest, body)` gives the body of the HTTP answer that a frame carries.
 */
export function answerTwilsock(socket, bodyFor) {
  socket.onMessage((frame) => {
    const { header, body } = parsed(frame);
    if (header.method !== 'reply') socket.send(reply(header, header.method === 'message' ? bodyFor(header.http_request, body) : undefined));
  });
}

// TWILSOCK V3.0 <length of header> CRLF <header> CRLF <body>
function parsed(frame) {
  const bytes = Buffer.from(frame);
  const start = bytes.indexOf(BREAK) + BREAK.length;
  const length = Number(bytes.toString('utf8', 0, start).trim().split(' ').pop());
  const header = JSON.parse(bytes.toString('utf8', start, start + length));
  return { header, body: bytes.toString('utf8', start + length + BREAK.length) };
}

function reply({ id, method }, answer) {
  const payload = answer === undefined ? '' : JSON.stringify(answer);
  const header = JSON.stringify({
    method: 'reply',
    id,
    payload_type: 'application/json',
    payload_size: Buffer.byteLength(payload),
    status: { code: 200, status: 'OK' },
    ...(method === 'init' && INIT),
    ...(method === 'message' && MESSAGE),
  });
  return Buffer.from(`TWILSOCK V3.0 ${Buffer.byteLength(header)}${BREAK}${header}${BREAK}${payload}`);
}

const INIT = {
  capabilities: ['client_update', 'offload'],
  continuation_token: 'token',
  continuation_token_status: { reissued: true, reissue_reason: 'new', reissue_message: '' },
  init_registrations: [],
};

const MESSAGE = { http_status: { code: 200, status: 'OK' }, http_headers: { 'content-type': 'application/json' } };
