"use strict";

const assert = require("node:assert/strict");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { builtScript, openScript } = require("./inside");

const inside = openScript(builtScript());
const [sha256, hmacSha256, hex, utf8Bytes] = ["sha256", "hmacSha256", "hex", "utf8Bytes"].map(inside);
const [base64Encode, base64Decode, secretBytes, signature] =
  ["base64Encode", "base64Decode", "secretBytes", "signature"].map(inside);
const bytesOf = (buffer) => Array.from(buffer);

const NIST = [ // FIPS 180-4 examples and NIST's short-message vectors
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
  ["a".repeat(1000000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
];

const RFC_4231 = [ // key, data, digest
  ["0b".repeat(20), Buffer.from("Hi There").toString("hex"),
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
  [Buffer.from("Jefe").toString("hex"), Buffer.from("what do ya want for nothing?").toString("hex"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
  ["aa".repeat(20), "dd".repeat(50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
  ["0102030405060708090a0b0c0d0e0f10111213141516171819", "cd".repeat(50),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"],
  ["aa".repeat(131), Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First").toString("hex"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"],
  ["aa".repeat(131), Buffer.from("This is a test using a larger than block-size key and a larger than block-size data. " +
    "The key needs to be hashed before being used by the HMAC algorithm.").toString("hex"),
  "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"],
];

test("SHA-256 gives NIST's digests", () => {
  for (const [text, digest] of NIST) assert.equal(hex(sha256(utf8Bytes(text))), digest);
});

test("SHA-256 pads every length as Node's own does", () => {
  for (let length = 0; length < 200; length += 1) {
    const data = crypto.createHash("sha512").update(String(length)).digest();
    const bytes = Buffer.concat([data, data, data, data]).subarray(0, length);
    assert.equal(hex(sha256(bytesOf(bytes))), crypto.createHash("sha256").update(bytes).digest("hex"), `${length}`);
  }
});

test("HMAC gives RFC 4231's digests", () => {
  for (const [key, data, digest] of RFC_4231) {
    assert.equal(hex(hmacSha256(bytesOf(Buffer.from(key, "hex")), bytesOf(Buffer.from(data, "hex")))), digest);
  }
});

test("base64 gives RFC 4648's examples and goes back", () => {
  for (const [plain, coded] of [["", ""], ["f", "Zg=="], ["fo", "Zm8="], ["foo", "Zm9v"], ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="], ["foobar", "Zm9vYmFy"]]) {
    assert.equal(base64Encode(bytesOf(Buffer.from(plain))), coded);
    assert.deepEqual(bytesOf(base64Decode(coded)), bytesOf(Buffer.from(plain)));
  }
});

test("what is not base64 is refused", () => {
  for (const text of ["a", "abcde", "ab-_", "ab c", "ab==cd", "é", "ab\n"]) assert.equal(base64Decode(text), null, text);
});

test("UTF-8 is Node's, half surrogate pairs included", () => {
  for (const text of ["", "abc", "Thiès", "€", "مساعدة", "🆘🏽", "\ud83d", "\udd98x", "a\ud83d\ud83d\udd98", "\uffff"]) {
    assert.deepEqual(bytesOf(utf8Bytes(text)), bytesOf(Buffer.from(text, "utf8")), JSON.stringify(text));
  }
});

test("a secret is whsec_ and base64 of 24 to 64 bytes, and nothing else", () => {
  const secret = (bytes) => "whsec_" + crypto.randomBytes(bytes).toString("base64");
  for (const bytes of [24, 32, 64]) assert.equal(secretBytes(secret(bytes)).length, bytes);
  const bad = [secret(23), secret(65), "", "whsec_", "changeme", "not base64 at all!!", secret(32).slice(6)];
  for (const text of bad) assert.equal(secretBytes(text), null, text);
});

test("signatures are those of the shared vectors", () => {
  const file = path.join(__dirname, "..", "..", "tests", "vectors", "signatures.json");
  const vectors = JSON.parse(fs.readFileSync(file, "utf8")).signatures.filter((one) => one.valid && signs(one));
  assert.ok(vectors.length > 5);
  for (const { label, secret, id, timestamp, body, signature: expected } of vectors) {
    assert.ok(expected.split(" ").includes(signature(secretBytes(secret), id, timestamp, body)), label);
  }
});

// The receiver also takes a secret without its prefix; the script's own is always written in full.
function signs({ secret, body }) {
  return typeof secret === "string" && secret.startsWith("whsec_") && typeof body === "string";
}
