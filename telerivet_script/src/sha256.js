/* SHA-256 (FIPS 180-4) and HMAC (RFC 2104) over arrays of bytes.
   Telerivet documents no hash helper, so the script brings its own. */

// First 32 bits of the fractional parts of the square roots of the first 8 primes (FIPS 180-4, 5.3.3).
var SHA256_START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
];

// The same of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
var SHA256_ROUND = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
];

function utf8Bytes(text) {
  var bytes = [], i, code;
  for (i = 0; i < text.length; i += 1) {
    code = text.charCodeAt(i);
    if (code >= 0xd800 && code <= 0xdfff) {
      code = codePointOfPair(code, text.charCodeAt(i + 1));
      if (code > 0xffff) i += 1;
    }
    pushUtf8(bytes, code);
  }
  return bytes;
}

// Half a surrogate pair is no character; it becomes U+FFFD, as in every UTF-8 encoder of the Web.
function codePointOfPair(high, low) {
  if (high > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return 0xfffd;
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

function pushUtf8(bytes, code) {
  if (code < 0x80) {
    bytes.push(code);
  } else if (code < 0x800) {
    bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
  } else if (code < 0x10000) {
    bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  } else {
    bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
}

function sha256(bytes) {
  var padded = sha256Padded(bytes), hash = SHA256_START.slice(0), schedule = [], at;
  for (at = 0; at < padded.length; at += 64) {
    fillSchedule(schedule, padded, at);
    mixBlock(hash, schedule);
  }
  return bytesOfWords(hash);
}

function sha256Padded(bytes) {
  var padded = bytes.concat([0x80]), bits = bytes.length * 8, i;
  while (padded.length % 64 !== 56) padded.push(0);
  for (i = 0; i < 4; i += 1) padded.push(0); // lengths from 2^32 bits on do not occur here
  for (i = 24; i >= 0; i -= 8) padded.push((bits >>> i) & 255);
  return padded;
}

function fillSchedule(schedule, bytes, at) {
  var i, a, b;
  for (i = 0; i < 16; i += 1, at += 4) {
    schedule[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (i = 16; i < 64; i += 1) {
    a = schedule[i - 15];
    b = schedule[i - 2];
    a = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    b = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    schedule[i] = (schedule[i - 16] + a + schedule[i - 7] + b) | 0;
  }
}

// The rotations stand written out: a call for each would take most of the time in an interpreter.
function mixBlock(hash, schedule) {
  var a = hash[0], b = hash[1], c = hash[2], d = hash[3];
  var e = hash[4], f = hash[5], g = hash[6], h = hash[7];
  var i, t1, t2;
  for (i = 0; i < 64; i += 1) {
    t1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    t1 = (h + t1 + ((e & f) ^ (~e & g)) + SHA256_ROUND[i] + schedule[i]) | 0;
    t2 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    t2 = (t2 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  addWords(hash, [a, b, c, d, e, f, g, h]);
}

function addWords(hash, words) {
  for (var i = 0; i < 8; i += 1) hash[i] = (hash[i] + words[i]) | 0;
}

function bytesOfWords(words) {
  var bytes = [], i;
  for (i = 0; i < words.length; i += 1) {
    bytes.push((words[i] >>> 24) & 255, (words[i] >>> 16) & 255, (words[i] >>> 8) & 255, words[i] & 255);
  }
  return bytes;
}

function hmacSha256(key, message) {
  var block = key.length > 64 ? sha256(key) : key;
  return sha256(paddedKey(block, 0x5c).concat(sha256(paddedKey(block, 0x36).concat(message))));
}

function paddedKey(key, pad) {
  var bytes = [], i;
  for (i = 0; i < 64; i += 1) bytes.push((i < key.length ? key[i] : 0) ^ pad);
  return bytes;
}
