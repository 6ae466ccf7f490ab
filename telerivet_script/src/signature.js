/* Standard Webhooks 1.0.0, symmetric signatures: HMAC-SHA256 over `id.timestamp.body`. */

// Returns the key's bytes, or null where the secret is none: prefix, base64, 24 to 64 bytes.
function secretBytes(secret) {
  var bytes;
  if (secret.indexOf("whsec_") !== 0) return null;
  bytes = base64Decode(secret.slice(6));
  return bytes && bytes.length >= 24 && bytes.length <= 64 ? bytes : null;
}

function signature(key, id, timestamp, body) {
  return "v1," + base64Encode(hmacSha256(key, utf8Bytes(id + "." + timestamp + "." + body)));
}

function signedHeaders(key, id, timestamp, body) {
  return {
    "Content-Type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signature(key, id, timestamp, body)
  };
}
