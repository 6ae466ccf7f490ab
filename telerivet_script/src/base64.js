/* Base64 (RFC 4648, 4) between arrays of bytes and text. */

var BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64Encode(bytes) {
  var text = "", i, three;
  for (i = 0; i < bytes.length; i += 3) {
    three = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0);
    text += BASE64.charAt(three >> 18) + BASE64.charAt((three >> 12) & 63);
    text += i + 1 < bytes.length ? BASE64.charAt((three >> 6) & 63) : "=";
    text += i + 2 < bytes.length ? BASE64.charAt(three & 63) : "=";
  }
  return text;
}

// Returns null for anything that is not base64 to the letter; padding may be missing, as in some pasted secrets.
function base64Decode(text) {
  var bytes = [], held = 0, bits = 0, i, bare = text.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9+\/]*$/.test(bare) || bare.length % 4 === 1) return null;
  for (i = 0; i < bare.length; i += 1) {
    held = ((held << 6) | BASE64.indexOf(bare.charAt(i))) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return bytes;
}
