/* USSD bridge for Twilio Flex: the menu "support" for Telerivet.
   menu_version d4aa385a20ecd079

   Made by `python -m bridge menu build --gateway telerivet --menu support`. Do not edit: change the menu, build again.
   Deploy: paste all of it into a Cloud Script API service of the type "USSD session" (or push it as a module, or send
   it through Telerivet's API), and set the custom variables bridge_url and bridge_secret of the service or the project.
   No address and no secret stands in this file. Every step: docs/telerivet.md */

function main() {
  USSD_BRIDGE.run();
}

var USSD_BRIDGE = (function () {
"use strict";

var MENU = {
  "menu": "support",
  "languages": ["en","fr"],
  "encodings": {"":"gsm7","en":"gsm7","fr":"gsm7"},
  "help_line": "116",
  "max_wrong": 5,
  "session_ttl": 600,
  "resume": true,
  "partial_after": [],
  "questions": [{"name":"language","type":"language","label":{"":"Choose language / Choisissez la langue"},"choices":[{"name":"en","label":{"":"English"},"keys":{}},{"name":"fr","label":{"":"Francais"},"keys":{}}],"relevant":{},"choice_filter":[],"min":0,"max":0,"sensitive":false,"secret":false},{"name":"location","type":"select_one","label":{"en":"Please choose location","fr":"Choisissez votre lieu"},"choices":[{"name":"dakar","label":{"en":"Dakar","fr":"Dakar"},"keys":{}},{"name":"touba","label":{"en":"Touba","fr":"Touba"},"keys":{}},{"name":"thies","label":{"en":"Thies","fr":"Thi\u00e8s"},"keys":{}}],"relevant":{},"choice_filter":[],"min":0,"max":0,"sensitive":false,"secret":false},{"name":"support_type","type":"select_one","label":{"en":"What support do you need?","fr":"De quelle aide avez-vous besoin ?"},"choices":[{"name":"shelter","label":{"en":"Shelter","fr":"H\u00e9bergement"},"keys":{}},{"name":"legal","label":{"en":"Legal","fr":"Aide juridique"},"keys":{}},{"name":"food_and_clothing","label":{"en":"Food and Clothing","fr":"Nourriture et vetements"},"keys":{}}],"relevant":{},"choice_filter":[],"min":0,"max":0,"sensitive":false,"secret":false},{"name":"callback","type":"select_one","label":{"en":"Do you want us to call you back?","fr":"Voulez-vous etre rappel\u00e9 ?"},"choices":[{"name":"yes","label":{"en":"Yes","fr":"Oui"},"keys":{}},{"name":"no","label":{"en":"No","fr":"Non"},"keys":{}}],"relevant":{},"choice_filter":[],"min":0,"max":0,"sensitive":false,"secret":false},{"name":"safe_to_call","type":"select_one","label":{"en":"Is it safe to call this number?","fr":"Peut-on vous appeler sans risque ?"},"choices":[{"name":"yes","label":{"en":"Yes","fr":"Oui"},"keys":{}},{"name":"no","label":{"en":"No","fr":"Non"},"keys":{}}],"relevant":{"callback":["yes"]},"choice_filter":[],"min":0,"max":0,"sensitive":false,"secret":false}],
  "end": {"label":{"en":"Thank you. Your reference: {reference}","fr":"Merci. Votre r\u00e9f\u00e9rence : {reference}"},"label_unsent":{"en":"Thank you. We have kept your request.","fr":"Merci. Nous avons gard\u00e9 votre demande."}},
  "words": {"back":{"en":"Back","fr":"Retour","":"Back / Retour"},"more":{"en":"More","fr":"Suite","":"More / Suite"},"continue":{"en":"Continue","fr":"Continuer","":"Continue / Continuer"},"yes":{"en":"Yes","fr":"Oui","":"Yes / Oui"},"change":{"en":"Change","fr":"Modifier","":"Change / Modifier"},"not_a_choice":{"en":"This is not a choice.","fr":"Ce choix n'existe pas.","":"This is not a choice. / Ce choix n'existe pas."},"too_short":{"en":"At least {min} characters.","fr":"Au moins {min} caract\u00e8res.","":"At least {min} characters. / Au moins {min} caract\u00e8res."},"too_long":{"en":"At most {max} characters.","fr":"Au plus {max} caract\u00e8res.","":"At most {max} characters. / Au plus {max} caract\u00e8res."},"not_a_number":{"en":"Digits only, please.","fr":"Des chiffres uniquement.","":"Digits only, please. / Des chiffres uniquement."},"out_of_range":{"en":"From {min} to {max}, please.","fr":"De {min} \u00e0 {max}, svp.","":"From {min} to {max}, please. / De {min} \u00e0 {max}, svp."},"zero_is_answer":{"en":"0 is an answer here.","fr":"Ici, 0 est une r\u00e9ponse.","":"0 is an answer here. / Ici, 0 est une r\u00e9ponse."},"nine_is_answer":{"en":"9 is an answer here.","fr":"Ici, 9 est une r\u00e9ponse.","":"9 is an answer here. / Ici, 9 est une r\u00e9ponse."},"zero_and_nine":{"en":"0 and 9 are answers here.","fr":"Ici, 0 et 9 sont des r\u00e9ponses.","":"0 and 9 are answers here. / Ici, 0 et 9 sont des r\u00e9ponses."},"too_many":{"en":"Too many wrong entries.","fr":"Trop d'erreurs.","":"Too many wrong entries. / Trop d'erreurs."},"sorry":{"en":"Sorry, this is not working now.","fr":"D\u00e9sol\u00e9, le service est en panne.","":"Sorry, this is not working now."},"help":{"en":"For help call {help_line}.","fr":"Pour de l'aide, appelez le {help_line}.","":"For help call {help_line}."},"lookup_failed":{"en":"Not available now.","fr":"Indisponible pour le moment.","":"Not available now. / Indisponible pour le moment."},"resume":{"en":"Continue where you stopped?","fr":"Continuer o\u00f9 vous \u00e9tiez ?","":"Continue where you stopped? / Continuer o\u00f9 vous \u00e9tiez ?"},"start_again":{"en":"Start again","fr":"Recommencer","":"Start again / Recommencer"}},
  "tables": {"basic":"@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df\u00c9 !\"#\u00a4%&'()*+,-./0123456789:;<=>?\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00c4\u00d6\u00d1\u00dc\u00a7\u00bfabcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0","extension":"\f^{}\\[~]|\u20ac","folds":{"\u00c0":"A","\u00c1":"A","\u00c2":"A","\u00c3":"A","\u0100":"A","\u0102":"A","\u0104":"A","\u01cd":"A","\u00e1":"a","\u00e2":"a","\u00e3":"a","\u0101":"a","\u0103":"a","\u0105":"a","\u01ce":"a","\u0181":"B","\u0253":"b","\u0106":"C","\u0108":"C","\u010a":"C","\u010c":"C","\u0187":"C","\u00e7":"c","\u0107":"c","\u0109":"c","\u010b":"c","\u010d":"c","\u0188":"c","\u010e":"D","\u0110":"D","\u00d0":"D","\u018a":"D","\u1e0c":"D","\u010f":"d","\u0111":"d","\u00f0":"d","\u0257":"d","\u0256":"d","\u1e0d":"d","\u00c8":"E","\u00ca":"E","\u00cb":"E","\u0112":"E","\u0114":"E","\u0116":"E","\u0118":"E","\u011a":"E","\u0190":"E","\u1eb8":"E","\u1ebc":"E","\u00ea":"e","\u00eb":"e","\u0113":"e","\u0115":"e","\u0117":"e","\u0119":"e","\u011b":"e","\u025b":"e","\u1eb9":"e","\u1ebd":"e","\u0191":"F","\u0192":"f","\u011c":"G","\u011e":"G","\u0120":"G","\u0122":"G","\u01e6":"G","\u0193":"G","\u011d":"g","\u011f":"g","\u0121":"g","\u0123":"g","\u01e7":"g","\u0260":"g","\u0124":"H","\u0126":"H","\u1e24":"H","\u0125":"h","\u0127":"h","\u1e25":"h","\u00cc":"I","\u00cd":"I","\u00ce":"I","\u00cf":"I","\u0128":"I","\u012a":"I","\u012c":"I","\u012e":"I","\u0130":"I","\u1eca":"I","\u0196":"I","\u00ed":"i","\u00ee":"i","\u00ef":"i","\u0129":"i","\u012b":"i","\u012d":"i","\u012f":"i","\u0131":"i","\u1ecb":"i","\u0269":"i","\u0134":"J","\u0135":"j","\u0136":"K","\u0198":"K","\u0137":"k","\u0199":"k","\u0139":"L","\u013b":"L","\u013d":"L","\u013f":"L","\u0141":"L","\u013a":"l","\u013c":"l","\u013e":"l","\u0140":"l","\u0142":"l","\u0143":"N","\u0145":"N","\u0147":"N","\u0144":"n","\u0146":"n","\u0148":"n","\u0149":"n","\u014a":"NG","\u014b":"ng","\u019d":"NY","\u0272":"ny","\u00d2":"O","\u00d3":"O","\u00d4":"O","\u00d5":"O","\u014c":"O","\u014e":"O","\u0150":"O","\u0186":"O","\u1ecc":"O","\u01d1":"O","\u00f3":"o","\u00f4":"o","\u00f5":"o","\u014d":"o","\u014f":"o","\u0151":"o","\u0254":"o","\u1ecd":"o","\u01d2":"o","\u0152":"OE","\u0153":"oe","\u01a4":"P","\u01a5":"p","\u0154":"R","\u0156":"R","\u0158":"R","\u0155":"r","\u0157":"r","\u0159":"r","\u015a":"S","\u015c":"S","\u015e":"S","\u0160":"S","\u0218":"S","\u1e62":"S","\u015b":"s","\u015d":"s","\u015f":"s","\u0161":"s","\u0219":"s","\u1e63":"s","\u0162":"T","\u0164":"T","\u0166":"T","\u021a":"T","\u01ac":"T","\u1e6c":"T","\u0163":"t","\u0165":"t","\u0167":"t","\u021b":"t","\u01ad":"t","\u1e6d":"t","\u00de":"TH","\u00fe":"th","\u00d9":"U","\u00da":"U","\u00db":"U","\u0168":"U","\u016a":"U","\u016c":"U","\u016e":"U","\u0170":"U","\u0172":"U","\u1ee4":"U","\u01d3":"U","\u01b1":"U","\u00fa":"u","\u00fb":"u","\u0169":"u","\u016b":"u","\u016d":"u","\u016f":"u","\u0171":"u","\u0173":"u","\u1ee5":"u","\u01d4":"u","\u028a":"u","\u01b2":"V","\u028b":"v","\u0174":"W","\u0175":"w","\u00dd":"Y","\u0176":"Y","\u0178":"Y","\u01b3":"Y","\u00fd":"y","\u00ff":"y","\u0177":"y","\u01b4":"y","\u0179":"Z","\u017b":"Z","\u017d":"Z","\u1e92":"Z","\u017a":"z","\u017c":"z","\u017e":"z","\u1e93":"z","\u2018":"'","\u2019":"'","\u201a":"'","\u201b":"'","`":"'","\u00b4":"'","\u02bc":"'","\u02bb":"'","\u02c8":"'","\u2032":"'","\u201c":"\"","\u201d":"\"","\u201e":"\"","\u00ab":"\"","\u00bb":"\"","\u2033":"\"","\u2039":"<","\u203a":">","\u2010":"-","\u2011":"-","\u2012":"-","\u2013":"-","\u2014":"-","\u2015":"-","\u2212":"-","\u2026":"...","\u00b7":".","\u2022":"*","\t":" ","\u00a0":" ","\u2007":" ","\u2009":" ","\u202f":" ","\u00ba":"o.","\u00b0":"o.","\u00aa":"a.","\u00b9":"1","\u00b2":"2","\u00b3":"3","\u00bd":"1/2","\u00bc":"1/4","\u00be":"3/4","\u00d7":"x","\u00a9":"(c)","\u00ae":"(R)","\u2122":"TM","\u2116":"No","\r":"","\u00ad":"","\u200b":"","\u200c":"","\u200d":"","\u200e":"","\u200f":"","\ufeff":""},"dropped":[[768,879]],"ascii":{"\u00c5":"A","\u00c4":"A","\u00e5":"a","\u00e4":"a","\u00e0":"a","\u00c6":"AE","\u00e6":"ae","\u00c7":"C","\u00c9":"E","\u00e8":"e","\u00e9":"e","\u00ec":"i","\u00d1":"N","\u00f1":"n","\u00d8":"O","\u00d6":"O","\u00f8":"o","\u00f6":"o","\u00f2":"o","\u00df":"ss","\u00dc":"U","\u00f9":"u","\u00fc":"u","\u0394":"D","\u03a6":"F","\u0393":"G","\u039b":"L","\u00a3":"L","\u03a9":"OM","\u03a0":"P","\u03a8":"PS","\u03a3":"S","\u00a7":"S","\u0398":"TH","\u039e":"X","\u00a5":"Y","\u20ac":"EUR","\u00a4":"*","\u00a1":"!","\u00bf":"?","\r":"","\f":"\n"},"digit_zeros":[48,1632,1776,1984,2406,2534,2662,2790,2918,3046,3174,3302,3430,3558,3664,3792,3872,4160,4240,6112,6160,6470,6608,6784,6800,6992,7088,7232,7248,42528,43216,43264,43472,43504,43600,44016,65296,66720,68912,69734,69872,69942,70096,70384,70736,70864,71248,71360,71472,71904,72016,72784,73040,73120,73552,92768,92864,93008,120782,120792,120802,120812,120822,123200,123632,124144,125264,130032],"blanks":[[0,32],[127,160],[5760,5760],[6158,6158],[8192,8207],[8232,8239],[8287,8303],[12288,12288],[65279,65279]],"controls":[[0,31],[127,159],[8232,8233]]},
  "version": "d4aa385a20ecd079"
};
var MENU_BUDGET = {"septets":160,"units":70,"alphabet":"gsm7"};

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

/* bridge/menu/alphabet.py: how GSM 03.38 and UCS-2 are counted. The tables come with the menu. */

var TABLES = MENU.tables;
var GSM = lookupOf(TABLES.basic + TABLES.extension);
var EXTENSION = lookupOf(TABLES.extension);

// Objects as dictionaries, without the names that every object is born with.
function newLookup() {
  return Object.create(null);
}

function lookupOf(text) {
  var lookup = newLookup();
  charactersOf(text).forEach(function (character) {
    lookup[character] = true;
  });
  return lookup;
}

// Characters as people and Python count them: a surrogate pair is one.
function charactersOf(text) {
  return text.match(/[\ud800-\udbff][\udc00-\udfff]|[\s\S]/g) || [];
}

function septets(text) {
  return charactersOf(text).reduce(function (sum, character) {
    return sum + (EXTENSION[character] ? 2 : 1);
  }, 0);
}

function units(text) {
  return text.length;
}

function inGsm(character) {
  return GSM[character] === true;
}

/* bridge/menu/keys.py: what a caller typed, made plain. */

var BACK = "0";
var MORE = "9";

function isIn(ranges, code) {
  return ranges.some(function (run) {
    return run[0] <= code && code <= run[1];
  });
}

function codeOf(character) {
  var high = character.charCodeAt(0);
  return character.length === 1 ? high : 0x10000 + ((high - 0xd800) << 10) + (character.charCodeAt(1) - 0xdc00);
}

function isBlank(character) {
  return isIn(TABLES.blanks, codeOf(character));
}

function asDigit(character) {
  var code = codeOf(character), digit = character;
  TABLES.digit_zeros.forEach(function (zero) {
    if (zero <= code && code < zero + 10) digit = String(code - zero);
  });
  return digit;
}

function stripped(characters) {
  var first = 0, stop = characters.length;
  while (first < stop && isBlank(characters[first])) first += 1;
  while (stop > first && isBlank(characters[stop - 1])) stop -= 1;
  return characters.slice(first, stop);
}

function keyOf(text) {
  var characters = stripped(charactersOf(text).map(asDigit)), stop = characters.length;
  while (stop > 0 && (isBlank(characters[stop - 1]) || "#.".indexOf(characters[stop - 1]) >= 0)) stop -= 1;
  return characters.slice(0, stop).join("");
}

function lineOf(text) {
  return stripped(charactersOf(text).map(function (character) {
    var code = codeOf(character);
    if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
    return isIn(TABLES.controls, code) ? " " : character;
  })).join("");
}

/* bridge/menu/folding.py: what stands for the characters that GSM 03.38 lacks. */

function translated(text, table) {
  return charactersOf(text).map(function (character) {
    return Object.prototype.hasOwnProperty.call(table, character) ? table[character] : character;
  }).join("");
}

function fold(text) {
  return charactersOf(translated(text, TABLES.folds)).filter(function (character) {
    return !isIn(TABLES.dropped, codeOf(character));
  }).join("");
}

function foldWhateverComes(text) {
  return charactersOf(fold(text)).map(function (character) {
    return inGsm(character) ? character : "?";
  }).join("");
}

function toAscii(text) {
  return translated(text, TABLES.ascii);
}

/* bridge/menu/screen.py: a screen, and how one language is put on one gateway's screens. */

var ANY = "";

function tongueOf(menu, budget, language) {
  var code = language === null ? ANY : language;
  var folded = menu.encodings[code] === "gsm7";
  return {
    language: code,
    words: menu.words,
    folded: folded,
    plain: folded && budget.alphabet === "ascii",
    limit: folded ? budget.septets : budget.units,
    unit: folded ? "septets" : "units"
  };
}

function sayIn(tongue, shown) {
  return tongue.plain ? toAscii(shown) : shown;
}

function sayWhateverComes(tongue, text) {
  return tongue.folded ? sayIn(tongue, foldWhateverComes(text)) : text;
}

function word(tongue, key, values) {
  var text = tongue.words[key][tongue.language];
  Object.keys(values || {}).forEach(function (name) {
    text = text.split("{" + name + "}").join(String(values[name]));
  });
  return sayIn(tongue, text);
}

function helpIn(tongue, menu) {
  return word(tongue, "help").split("{help_line}").join(sayIn(tongue, menu.help_line));
}

function cost(tongue, text) {
  return tongue.folded ? septets(text) : units(text);
}

function screenOf(tongue, text, ends) {
  return {text: text, ends: ends === true, size: cost(tongue, text), unit: tongue.unit};
}

/* bridge/menu/state.py: the answers in order, and within the question being asked, page and wrong inputs in a row. */

function newState() {
  return {answers: [], page: 0, wrong: 0, secrets: []};
}

// Without secrets: a PIN never outlives the turn it came in.
function stateToData(state) {
  return {answers: state.answers, page: state.page, wrong: state.wrong};
}

// Returns null for anything that `stateToData` did not give.
function stateFromData(data) {
  if (!data || !Array.isArray(data.answers) || !data.answers.every(isPair)) return null;
  if (!isCount(data.page) || !isCount(data.wrong)) return null;
  return {answers: data.answers, page: data.page, wrong: data.wrong, secrets: []};
}

function isPair(pair) {
  return Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string" && typeof pair[1] === "string";
}

function isCount(value) {
  return typeof value === "number" && value >= 0 && value % 1 === 0;
}

/* bridge/menu/path.py: which question is asked next, and which answers count. */

function own(object, name) {
  return Object.prototype.hasOwnProperty.call(object, name) ? object[name] : undefined;
}

function asDictionary(answers) {
  var dictionary = newLookup();
  answers.forEach(function (pair) {
    dictionary[pair[0]] = pair[1];
  });
  return dictionary;
}

// The place of the question being asked, or null when all are answered.
function asked(menu, state) {
  var answers = asDictionary(state.answers), place, question;
  for (place = 0; place < menu.questions.length; place += 1) {
    question = menu.questions[place];
    if (answers[question.name] === undefined && isRelevant(question, answers)) return place;
  }
  return null;
}

function isRelevant(question, answers) {
  var holds = Object.keys(question.relevant).every(function (name) {
    return question.relevant[name].indexOf(answers[name]) >= 0;
  });
  if (!holds) return false;
  return question.choice_filter.length === 0 || choicesLeft(question, answers).length > 0;
}

function choicesLeft(question, answers) {
  return question.choices.filter(function (choice) {
    return question.choice_filter.every(function (name) {
      return (own(choice.keys, name) || []).indexOf(answers[name]) >= 0;
    });
  });
}

// Null before the caller has chosen one.
function languageOf(menu, state) {
  var chooser = menu.questions[0], chosen;
  if (chooser.type !== "language") return menu.languages[0];
  chosen = asDictionary(state.answers)[chooser.name];
  if (chosen === undefined) return null;
  return menu.languages.indexOf(chosen) >= 0 ? chosen : menu.languages[0];
}

function questionNamed(menu, name) {
  return menu.questions.filter(function (question) {
    return question.name === name;
  })[0];
}

function isAnsweredWithWords(question) {
  return question.type === "select_one" || question.type === "text" || question.type === "integer";
}

// What a submission carries: answers to relevant questions, in order, without secrets.
function answersOf(menu, state) {
  var given = asDictionary(state.answers), answers = {};
  state.answers.forEach(function (pair) {
    var question = questionNamed(menu, pair[0]);
    if (!question || !isAnsweredWithWords(question) || question.secret) return;
    if (isRelevant(question, given)) answers[pair[0]] = pair[1];
  });
  return answers;
}

function isFarEnough(menu, state) {
  var answered = answersOf(menu, state);
  return menu.partial_after.length > 0 && menu.partial_after.every(function (name) {
    return own(answered, name) !== undefined;
  });
}

function tongueCode(menu, state) {
  var language = languageOf(menu, state);
  return language === null ? ANY : language;
}

/* bridge/menu/reading.py: what an input means at a question. {value} is an answer, {refused} names an error line. */

var LONGEST_INTEGER = 15;

function errorWords(question) {
  if (question.type === "text") return ["not_a_choice", "too_short", "too_long"];
  if (question.type === "integer") return ["not_a_choice", "not_a_number", "out_of_range"];
  return ["not_a_choice"];
}

function readText(question, text) {
  var line = lineOf(text);
  if (units(line) < question.min) return {refused: "too_short"};
  if (units(line) > question.max) return {refused: "too_long"};
  return {value: line};
}

function readInteger(question, text) {
  var key = keyOf(text), digits;
  if (!/^[0-9]+$/.test(key)) return {refused: "not_a_number"};
  digits = key.replace(/^0+/, "") || "0";
  if (digits.length > LONGEST_INTEGER || Number(digits) < question.min || Number(digits) > question.max) {
    return {refused: "out_of_range"};
  }
  return {value: digits};
}

/* bridge/menu/layout.py: lines onto pages. Greedy: a page takes what fits before the next one begins. */

var CHOICES_A_PAGE = 8;
var NEVER = 1000000;
var SMALLEST_ROOM = 10;

function frameOf(parts) {
  return {
    head: parts.head || [],
    keys: parts.keys || [],
    backFrom: parts.backFrom || 0,
    errorRoom: parts.errorRoom || 0,
    numbered: parts.numbered === true,
    ends: parts.ends === true
  };
}

function layOut(tongue, frame, items) {
  var pages = [nextPage(tongue, frame, items, 0, 0)];
  while (!pages[pages.length - 1].isLast) {
    pages.push(nextPage(tongue, frame, items, pages[pages.length - 1].stop, pages.length));
  }
  return pages;
}

function flow(tongue, frame, text) {
  var lines = text ? text.split("\n") : [], whole = layOut(tongue, frame, lines), room;
  if (whole.length === 1 && fits(tongue, frame, whole[0].size)) return whole;
  room = Math.max(SMALLEST_ROOM, tongue.limit - frame.errorRoom - fixedCost(tongue, frame));
  return layOut(tongue, frame, lines.reduce(function (pieces, line) {
    return pieces.concat(wrap(tongue, line, room));
  }, []));
}

function nextPage(tongue, frame, items, first, number) {
  var rest = items.length - first, most = frame.numbered ? Math.min(rest, CHOICES_A_PAGE) : rest, page, longer, stop;
  if (rest === most) {
    page = pageOf(tongue, frame, items, first, items.length, number);
    if (rest <= 1 || fits(tongue, frame, page.size)) return page;
  }
  page = pageOf(tongue, frame, items, first, first + 1, number);
  for (stop = first + 2; stop <= first + most; stop += 1) {
    longer = pageOf(tongue, frame, items, first, stop, number);
    if (!fits(tongue, frame, longer.size)) break;
    page = longer;
  }
  return page;
}

function pageOf(tongue, frame, items, first, stop, number) {
  var isLast = stop === items.length, shown = items.slice(first, stop), lines, text;
  if (frame.numbered) shown = shown.map(numberedLine);
  lines = frame.head.concat(shown, isLast ? frame.keys : []);
  if (number >= frame.backFrom && !(isLast && frame.ends)) lines.push(BACK + " " + word(tongue, "back"));
  if (!isLast) lines.push(MORE + " " + word(tongue, "more"));
  text = lines.join("\n");
  return {text: text, size: cost(tongue, text), first: first, stop: stop, isLast: isLast};
}

function numberedLine(item, place) {
  return (place + 1) + ". " + item;
}

function fits(tongue, frame, size) {
  return size + frame.errorRoom <= tongue.limit;
}

function fixedCost(tongue, frame) {
  var lines = frame.head.concat(frame.keys, [BACK + " " + word(tongue, "back"), MORE + " " + word(tongue, "more")]);
  return lines.reduce(function (sum, line) {
    return sum + cost(tongue, line) + 1;
  }, 0);
}

function wrap(tongue, line, room) {
  var pieces = [""];
  line.split(" ").forEach(function (whole) {
    splitWord(tongue, whole, room).forEach(function (part) {
      var last = pieces[pieces.length - 1], longer = last ? last + " " + part : part;
      if (cost(tongue, longer) <= room) pieces[pieces.length - 1] = longer;
      else pieces.push(part);
    });
  });
  return pieces;
}

function splitWord(tongue, whole, room) {
  var parts = [""];
  charactersOf(whole).forEach(function (character) {
    if (cost(tongue, parts[parts.length - 1] + character) > room) parts.push("");
    parts[parts.length - 1] += character;
  });
  return parts;
}

/* bridge/menu/showing.py: a question as pages, in one language on one gateway. */

function pagesOf(menu, state, place, budget) {
  var question = menu.questions[place], tongue = tongueOf(menu, budget, tongueCode(menu, state));
  if (question.type === "confirm") {
    return flow(tongue, confirmFrame(tongue, question, place), summary(menu, state, tongue));
  }
  return questionPages(tongue, question, place, asDictionary(state.answers), after(menu, state, question));
}

function lookupPages(menu, state, place, words, budget) {
  var question = menu.questions[place], tongue = tongueOf(menu, budget, tongueCode(menu, state));
  var head = [sayIn(tongue, question.label[tongue.language])], then = after(menu, state, question);
  var said = words === null ? failedLookup(tongue, menu) : sayWhateverComes(tongue, withoutSpaceAround(words));
  return flow(tongue, readingFrame(tongue, question, place, head, then), said);
}

function failedLookup(tongue, menu) {
  return word(tongue, "lookup_failed") + " " + helpIn(tongue, menu);
}

// What Python's `strip` takes off; `trim` takes a little less.
function withoutSpaceAround(text) {
  return text.replace(/^[\s\u001c-\u001f\u0085]+/, "").replace(/[\s\u001c-\u001f\u0085]+$/, "");
}

function choicesOn(menu, state, place, page) {
  return choicesLeft(menu.questions[place], asDictionary(state.answers)).slice(page.first, page.stop).map(function (choice) {
    return choice.name;
  });
}

function render(tongue, page, error, ends) {
  var size;
  if (error !== null) {
    size = page.size + cost(tongue, error) + 1;
    if (size <= tongue.limit) return {text: error + "\n" + page.text, ends: ends, size: size, unit: tongue.unit};
  }
  return {text: page.text, ends: ends, size: page.size, unit: tongue.unit};
}

function errorLine(tongue, question, key) {
  return word(tongue, key, {min: question.min, max: question.max});
}

// What comes after this note, or after this look-up's words: goes on | ends | waits (questions wait for its value).
function after(menu, state, question) {
  if (asked(menu, {answers: state.answers.concat([[question.name, ""]])}) !== null) return "goes on";
  if (question === menu.questions[0]) return "ends";
  return menu.questions.some(function (other) {
    return own(other.relevant, question.name) !== undefined;
  }) ? "waits" : "ends";
}

function questionPages(tongue, question, place, answers, then) {
  var label = sayIn(tongue, question.label[tongue.language]), head;
  if (question.type === "note") return flow(tongue, readingFrame(tongue, question, place, [], then), label);
  if (question.choices.length) return choicePages(tongue, question, place, label, answers);
  head = [label].concat(integerHints(tongue, question));
  return layOut(tongue, questionFrame(tongue, question, place, {head: head}), []);
}

function choicePages(tongue, question, place, label, answers) {
  var labels = choicesLeft(question, answers).map(function (choice) {
    return sayIn(tongue, choice.label[tongue.language]);
  });
  return layOut(tongue, questionFrame(tongue, question, place, {head: [label], numbered: true}), labels);
}

function questionFrame(tongue, question, place, parts) {
  parts.backFrom = zeroIsAnswer(question) ? NEVER : place === 0 ? 1 : 0;
  parts.errorRoom = question.type === "language" ? 0 : Math.max.apply(null, errorWords(question).map(function (key) {
    return cost(tongue, errorLine(tongue, question, key)) + 1;
  }));
  return frameOf(parts);
}

function readingFrame(tongue, question, place, head, then) {
  var keys = then === "goes on" ? ["1. " + word(tongue, "continue")] : [];
  return questionFrame(tongue, question, place, {head: head, keys: keys, ends: then === "ends"});
}

function confirmFrame(tongue, question, place) {
  var keys = ["1. " + word(tongue, "yes"), "2. " + word(tongue, "change")];
  var head = [sayIn(tongue, question.label[tongue.language])];
  return questionFrame(tongue, question, place, {head: head, keys: keys});
}

function zeroIsAnswer(question) {
  return question.type === "integer" && question.min === 0;
}

function integerHints(tongue, question) {
  var zero = question.min === 0, nine = question.min <= 9 && 9 <= question.max;
  if (question.type !== "integer") return [];
  if (zero && nine) return [word(tongue, "zero_and_nine")];
  return zero || nine ? [word(tongue, zero ? "zero_is_answer" : "nine_is_answer")] : [];
}

function summary(menu, state, tongue) {
  return state.answers.filter(function (pair) {
    var question = questionNamed(menu, pair[0]);
    return question && isAnsweredWithWords(question) && !question.secret;
  }).map(function (pair) {
    return summaryLine(tongue, questionNamed(menu, pair[0]), pair[1]);
  }).join("\n");
}

function summaryLine(tongue, question, value) {
  var label = oneLine(sayIn(tongue, question.label[tongue.language])), shown;
  var choice = question.choices.filter(function (known) {
    return known.name === value;
  })[0];
  shown = choice ? oneLine(sayIn(tongue, choice.label[tongue.language])) : sayWhateverComes(tongue, value);
  return /[?:\u061f]$/.test(label) ? label + " " + shown : label + ": " + shown;
}

function oneLine(text) {
  return text.replace(/\n/g, " ");
}

/* bridge/menu/farewell.py: last screens. */

function closing(menu, state, reference, budget) {
  var language = languageOf(menu, state) || menu.languages[0], tongue = tongueOf(menu, budget, language), thanks;
  if (reference === null) return screenOf(tongue, sayIn(tongue, menu.end.label_unsent[language]), true);
  thanks = sayIn(tongue, menu.end.label[language]);
  return screenOf(tongue, thanks.split("{reference}").join(sayWhateverComes(tongue, reference)), true);
}

function apology(menu, language, budget) {
  return lastWords(menu, "sorry", language, budget);
}

// Without a language in all of them, or in the first where that does not fit.
function lastWords(menu, why, language, budget) {
  var everyone, lines, screen;
  if (menu.languages.indexOf(language) >= 0) return inOne(menu, why, language, budget);
  everyone = tongueOf(menu, budget, null);
  lines = menu.languages.map(function (code) {
    return inOne(menu, why, code, budget).text;
  });
  screen = screenOf(everyone, lines.join("\n"), true);
  return screen.size <= everyone.limit ? screen : inOne(menu, why, menu.languages[0], budget);
}

function inOne(menu, why, language, budget) {
  var tongue = tongueOf(menu, budget, language);
  return screenOf(tongue, word(tongue, why) + " " + helpIn(tongue, menu), true);
}

/* bridge/menu/engine.py, function by function: (menu, state, input) to the next state and its screen.
   A step's outcome is asking | complete | gave_up | ended | lookup; see there. */

function stepOf(state, screen, outcome, question) {
  return {state: state, screen: screen, outcome: outcome, question: question};
}

function changed(state, page, wrong) {
  return {answers: state.answers, page: page, wrong: wrong, secrets: state.secrets};
}

function begin(menu, budget) {
  return again(menu, newState(), budget);
}

function again(menu, state, budget) {
  var place = asked(menu, state), question;
  if (place === null) return stepOf(state, null, "complete", null);
  question = menu.questions[place];
  if (question.type === "lookup") return stepOf(state, null, "lookup", question.name);
  return show(menu, state, place, pagesOf(menu, state, place, budget), budget, null);
}

function answer(menu, state, text, budget) {
  var place = asked(menu, state), question, key, pages, number, read;
  if (place === null) return stepOf(state, null, "complete", null);
  question = menu.questions[place];
  key = keyOf(text);
  if (key === BACK && !zeroIsAnswer(question) && (place > 0 || state.page > 0)) {
    return again(menu, oneBack(menu, state), budget);
  }
  if (question.type === "lookup") return answerLookup(menu, state, question, key, budget);
  pages = pagesOf(menu, state, place, budget);
  number = pageNumber(pages, state);
  if (key === MORE && !pages[number].isLast) {
    return show(menu, changed(state, number + 1, 0), place, pages, budget, null);
  }
  read = readAt(menu, state, place, pages[number], text);
  if (read.refused) return wrong(menu, state, place, pages, read.refused, budget);
  return again(menu, withAnswer(menu, state, question, read.value), budget);
}

function lookedUp(menu, state, words, budget) {
  var place = asked(menu, state), pages;
  if (place === null || menu.questions[place].type !== "lookup") return again(menu, state, budget);
  pages = lookupPages(menu, state, place, words, budget);
  return show(menu, state, place, pages, budget, state.wrong ? "not_a_choice" : null);
}

// The look-up brought a value: kept as its answer, nothing shown.
function passed(menu, state, value, budget) {
  var place = asked(menu, state);
  if (place === null || menu.questions[place].type !== "lookup") return again(menu, state, budget);
  return again(menu, withAnswer(menu, state, menu.questions[place], value), budget);
}

function answerLookup(menu, state, question, key, budget) {
  if (key === "1" && after(menu, state, question) === "goes on") {
    return again(menu, withAnswer(menu, state, question, ""), budget);
  }
  if (key === MORE) return stepOf(changed(state, state.page + 1, 0), null, "lookup", question.name);
  state = changed(state, state.page, state.wrong + 1);
  if (state.wrong >= menu.max_wrong) return giveUp(menu, state, question, budget);
  return stepOf(state, null, "lookup", question.name);
}

function show(menu, state, place, pages, budget, key) {
  var question = menu.questions[place], number = pageNumber(pages, state), page = pages[number];
  var tongue = tongueOf(menu, budget, languageOf(menu, state));
  var isLast = (question.type === "note" || question.type === "lookup") && page.isLast &&
    after(menu, state, question) === "ends";
  var error = key === null ? null : errorLine(tongue, question, key);
  var screen = render(tongue, page, error, isLast);
  return stepOf(changed(state, number, state.wrong), screen, isLast ? "ended" : "asking", question.name);
}

function wrong(menu, state, place, pages, key, budget) {
  state = changed(state, state.page, state.wrong + 1);
  if (state.wrong >= menu.max_wrong) return giveUp(menu, state, menu.questions[place], budget);
  return show(menu, state, place, pages, budget, key);
}

function giveUp(menu, state, question, budget) {
  var screen = lastWords(menu, "too_many", languageOf(menu, state), budget);
  return stepOf(state, screen, "gave_up", question.name);
}

// The page the state names; the last one where the list has become shorter since.
function pageNumber(pages, state) {
  return Math.min(state.page, pages.length - 1);
}

// One page back; from the first page, to the question that the caller saw last and this menu knows.
function oneBack(menu, state) {
  var answers = state.answers.slice(0);
  if (state.page > 0) return changed(state, state.page - 1, 0);
  while (answers.length && !wasSeen(menu, answers.pop()));
  return withAnswers(state, answers);
}

// Whether an answer came from a screen; a look-up that brought a value showed none.
function wasSeen(menu, pair) {
  var question = questionNamed(menu, pair[0]);
  return question !== undefined && !(question.type === "lookup" && pair[1]);
}

function withAnswer(menu, state, question, value) {
  var chooser = menu.questions[0], secrets = state.secrets;
  if (question.type === "confirm" && value === "change") {
    return withAnswers(state, state.answers.filter(function (pair) {
      return chooser.type === "language" && pair[0] === chooser.name;
    }));
  }
  if (question.secret) {
    secrets = secrets.concat([[question.name, value]]);
    value = "";
  }
  return withAnswers({secrets: secrets}, state.answers.concat([[question.name, value]]));
}

// The state with these answers, at the first page of what they lead to; secrets of dropped answers go.
function withAnswers(state, answers) {
  var names = asDictionary(answers);
  var secrets = state.secrets.filter(function (pair) {
    return names[pair[0]] !== undefined;
  });
  return {answers: answers, page: 0, wrong: 0, secrets: secrets};
}

function readAt(menu, state, place, page, text) {
  var question = menu.questions[place], key = keyOf(text), value;
  var isDeadBack = key === BACK && place === 0 && !zeroIsAnswer(question);
  if (question.type === "text" && !isDeadBack) return readText(question, text);
  if (question.type === "integer" && !isDeadBack) return readInteger(question, text);
  value = own(offered(menu, state, place, page), key);
  return value === undefined ? {refused: "not_a_choice"} : {value: value};
}

// What each key on this page answers.
function offered(menu, state, place, page) {
  var kind = menu.questions[place].type, answers = {};
  if (kind === "language" || kind === "select_one") {
    choicesOn(menu, state, place, page).forEach(function (name, index) {
      answers[index + 1] = name;
    });
  } else if (page.isLast) {
    if (kind === "note") answers["1"] = "";
    if (kind === "confirm") answers = {"1": "yes", "2": "change"};
  }
  return answers;
}

/* Telerivet's side. What its public text leaves open is decided here and nowhere else: which function shows a text, which
   object is the session, where a session may keep something. */

// One id for every question: Telerivet stores each raw answer under the handler's id, so a new one overwrites the last.
var ANSWER_ID = "ussd_answer";

var hasSpoken = false;

// Exactly one text a turn: how Telerivet joins several is not documented.
function say(text) {
  hasSpoken = true;
  if (typeof sayText === "function") sayText(text);
  else sendReply(text);
}

function ask(text) {
  say(text);
  promptDigits(ANSWER_ID);
}

// The session's record, or null where this run is no session (a schedule, `service.invoke`).
function sessionRecord() {
  if (typeof $outbox !== "undefined") return null;
  if (typeof call === "object" && call) return call;
  if (typeof message === "object" && message && isSessionType(message.message_type)) return message;
  return null;
}

function isSessionType(type) {
  return type === "ussd_session" || type === "ussd" || type === "call";
}

function hasSessionId() {
  return isKept(sessionRecord().id);
}

// The bridge takes letters, digits, _ and - in a session's id, and no _p at its end (a partial submission's mark).
// An id of another kind gets a mark of its own, so that two stay two.
function plainId(given) {
  var id = String(given), plain = id.replace(/[^A-Za-z0-9_-]/g, "").slice(0, 48);
  return plain === id && !/_p$/.test(id) ? id : plain + "_" + hex(sha256(utf8Bytes(id))).slice(0, 12);
}

// Only where Telerivet gives no id: unique enough, and no secret hangs on it.
function inventedId() {
  var seed = [Date.now(), Math.random(), callerNumber()].join("|");
  return "T" + hex(sha256(utf8Bytes(seed))).slice(0, 31);
}

function hex(bytes) {
  return bytes.map(function (byte) {
    return (byte < 16 ? "0" : "") + byte.toString(16);
  }).join("");
}

function callerNumber() {
  var record = sessionRecord();
  var number = record.from_number || (typeof contact === "object" && contact && contact.phone_number);
  return plainLine(number);
}

// Telerivet has been seen to send the code with a space behind it.
function dialledCode() {
  return plainLine(sessionRecord().to_number);
}

// The bridge refuses an empty text, and a submission must never be lost for want of one.
function plainLine(value) {
  return trimmed(value).replace(/[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/g, "").slice(0, 64) || "unknown";
}

function trimmed(value) {
  return value === undefined || value === null ? "" : String(value).trim();
}

function isSimulated() {
  var asMessage = typeof message === "object" && message ? message.simulated : false;
  return Boolean(sessionRecord().simulated || asMessage);
}

// A service's state is the contact's and outlives a session; a record's vars are the session's own. Either will do.
function sessionVars() {
  if (typeof state === "object" && state && state.vars) return state.vars;
  return sessionRecord().vars;
}

// What a caller typed is not left lying in the session's record longer than the turn, as far as a script can help it.
function forgetRawAnswer() {
  var record = sessionRecord();
  try {
    if (record.vars) record.vars[ANSWER_ID] = null;
  } catch (refused) {
    log("event=raw_answer_kept");
  }
}

// One line an event, without numbers, answers or secrets: service logs are read by many.
function log(line) {
  if (typeof console === "object" && console && console.log) console.log("ussd-bridge " + line);
}

function nowSeconds() {
  return Math.floor(Date.now() / 1000);
}

/* Telerivet keeps strings of up to 4,096 bytes. Longer ones are kept in numbered pieces: name_0, name_1 ... */

var PIECE_LENGTH = 4000;
var MOST_PIECES = 20;

// JSON in ASCII alone: one byte a character, and the same bytes whatever encoding a transport assumes.
function asciiJson(value) {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, function (unit) {
    return "\\u" + ("000" + unit.charCodeAt(0).toString(16)).slice(-4);
  });
}

function writePieces(vars, name, text) {
  var i, piece;
  for (i = 0; i < MOST_PIECES; i += 1) {
    piece = text.substring(i * PIECE_LENGTH, (i + 1) * PIECE_LENGTH);
    if (piece) vars[name + "_" + i] = piece;
    else if (isKept(vars[name + "_" + i])) vars[name + "_" + i] = null;
    else return;
  }
}

function readPieces(vars, name) {
  var text = "", i;
  for (i = 0; i < MOST_PIECES && isKept(vars[name + "_" + i]); i += 1) text += vars[name + "_" + i];
  return text;
}

function isKept(value) {
  return value !== undefined && value !== null && value !== "";
}

/* What a session remembers from turn to turn. Every run of the script is a fresh one; only vars live on, and a contact's
   may hold an earlier session's, so what is kept carries its session's id and counts for no other. */

var MEMORY = "ussd_memory";

// Returns what this session kept, or null.
function recall() {
  var kept;
  try {
    kept = JSON.parse(readPieces(sessionVars(), MEMORY));
  } catch (unreadable) {
    return null;
  }
  return kept && isOfThisSession(kept.session) ? kept : null;
}

function isOfThisSession(id) {
  return hasSessionId() ? id === plainId(sessionRecord().id) : typeof id === "string";
}

function remember(memory) {
  writePieces(sessionVars(), MEMORY, asciiJson(memory));
}

function newMemory() {
  var id = hasSessionId() ? plainId(sessionRecord().id) : inventedId();
  return {session: id, begun: nowSeconds()};
}

// Of a finished session only its last screen is kept, for a provider that asks once more.
function rememberEnd(memory, screen) {
  remember({session: memory.session, ended: screen});
}

/* The settings: custom variables of the service, else of the project. None stands in the code. */

var DEFAULT_TIMEOUT = 5; // seconds: the caller's screen waits as long
var LONGEST_TIMEOUT = 20;
var SMALLEST_SCREEN = 60;
var LARGEST_SCREEN = 182; // septets: what a USSD string of 160 octets carries (3GPP TS 23.038, 6.1.2.3)

function settingText(name) {
  var own = typeof service === "object" && service && service.vars ? service.vars[name] : undefined;
  return trimmed(isKept(own) ? own : typeof project === "object" && project && project.vars ? project.vars[name] : "");
}

// Returns the settings; `faults` names what is missing or malformed, without its value.
function readSettings() {
  var settings = {faults: []};
  settings.url = bridgeUrl(settingText("bridge_url"), settings.faults);
  settings.key = bridgeKey(settingText("bridge_secret"), settings.faults);
  settings.timeout = limit("bridge_timeout", 0, LONGEST_TIMEOUT, DEFAULT_TIMEOUT);
  settings.septets = limit("screen_septets", SMALLEST_SCREEN, LARGEST_SCREEN, MENU_BUDGET.septets);
  settings.outboxService = settingText("outbox_service_id");
  return settings;
}

// Plain http is for a test on one machine: a number in clear must never cross a network.
function bridgeUrl(text, faults) {
  var url = text.replace(/\/+$/, "");
  if (/^https:\/\/[A-Za-z0-9.\-\[\]:]+$/.test(url)) return url;
  if (/^http:\/\/(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?$/.test(url)) return url;
  faults.push("bridge_url must be https:// and the bridge's host, without a path");
  return null;
}

function bridgeKey(text, faults) {
  var key = secretBytes(text);
  if (!key) faults.push("bridge_secret must be whsec_ and base64 of 24 to 64 bytes (python -m bridge secret makes one)");
  return key;
}

// A malformed limit is reported and the usual one holds: no caller is turned away for it.
function limit(name, least, most, usual) {
  var text = settingText(name);
  if (text === "") return usual;
  if (/^[0-9]{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  log("event=setting_ignored name=" + name + " expected=" + least + ".." + most);
  return usual;
}

function reportFaults(settings) {
  settings.faults.forEach(function (fault) {
    log("event=setting_refused " + fault);
  });
}

/* One signed attempt to hand a submission to the bridge. */

var PATH = "/v1/submissions";

// Answers that no repetition changes: the body is what they are about (design: bridge's status codes).
var NEVER_PASSES = [400, 409, 410, 411, 413, 415, 422];

var NO_ANSWER = {outcome: "later", status: 0, reference: null, retryAfter: 0};

// Returns {outcome: "sent" | "refused" | "later", status, reference, retryAfter}; status 0 is no answer at all.
function post(settings, id, body, withTimeout) {
  var options, response;
  if (settings.faults.length) return NO_ANSWER;
  options = {method: "POST", headers: signedHeaders(settings.key, id, nowSeconds(), body), data: body};
  if (withTimeout && settings.timeout) options.timeout = settings.timeout;
  try {
    response = httpClient.request(settings.url + PATH, options);
  } catch (noAnswer) {
    return NO_ANSWER;
  }
  return outcomeOf(response);
}

function outcomeOf(response) {
  var status = Number(response.status) || 0;
  var sent = status >= 200 && status < 300 && !isPage(response.content);
  return {
    outcome: sent ? "sent" : NEVER_PASSES.indexOf(status) >= 0 ? "refused" : "later",
    status: status,
    reference: sent ? referenceIn(response.content) : null,
    retryAfter: retryAfter(response.headers)
  };
}

// A page in HTML with status 200 is a parked domain or a captive portal, not the bridge: nothing was accepted.
function isPage(content) {
  return /^\s*</.test(String(content || ""));
}

function referenceIn(content) {
  var reference;
  try {
    reference = JSON.parse(content).reference;
  } catch (unreadable) {
    return null;
  }
  return typeof reference === "string" && /^[A-Za-z0-9-]{1,16}$/.test(reference) ? reference : null;
}

// Seconds to wait at least. Whether Telerivet shows an answer's headers is not documented.
function retryAfter(headers) {
  var seconds = 0;
  Object.keys(headers || {}).forEach(function (name) {
    if (name.toLowerCase() === "retry-after") seconds = Number(headers[name]) || 0;
  });
  return Math.min(Math.max(seconds, 0), 3600);
}

/* What could not be handed over in the session waits in a data table, one row a submission, and is posted again with the
   same id and the same body until the bridge has it, or for 7 days. A row holds a phone number and goes after a 2xx.
   A row's `state`: waiting | refused (the bridge will never take it as it is) | expired (7 days are over). */

var OUTBOX = "ussd_bridge_outbox";
var PAUSES = [15, 60, 120, 300, 900, 1800, 3600, 7200, 14400]; // seconds; the last repeats
var LIFE = 7 * 24 * 3600;
var GRACE = 60; // seconds; a session's own attempt is over by then
var MOST_ROWS_READ = 500;
var MOST_ROWS_SENT = 20;
var SOONEST_RUN = 15; // Telerivet looks at its schedules about every 15 seconds

function outboxTable() {
  return project.getOrCreateDataTable(OUTBOX);
}

// Returns the row, or null where Telerivet would not keep it.
function keepInOutbox(id, body, due) {
  var vars = {webhook_id: id, state: "waiting", due: due, tries: 0, status: 0, since: nowSeconds()};
  var row;
  writePieces(vars, "body", body);
  try {
    row = outboxTable().createRow({vars: vars});
    if (typeof row.save === "function") row.save();
  } catch (failed) {
    log("event=outbox_write_failed");
    return null;
  }
  return row;
}

// Never throws: a row that stays is sent once more, and the bridge knows it by its id.
function dropRow(row) {
  try {
    row["delete"]();
  } catch (failed) {
    log("event=outbox_delete_failed");
  }
}

function saveRow(row) {
  try {
    row.save();
  } catch (failed) {
    log("event=outbox_write_failed");
  }
}

function rowsWhere(vars) {
  var cursor = outboxTable().queryRows({vars: vars, page_size: MOST_ROWS_READ}), rows = [];
  while (rows.length < MOST_ROWS_READ && cursor.hasNext()) rows.push(cursor.next());
  return rows;
}

function dropRowsOf(id) {
  try {
    rowsWhere({webhook_id: id}).forEach(dropRow);
  } catch (failed) {
    log("event=outbox_read_failed");
  }
}

// One run: what is due before Telerivet next looks at its schedules, oldest first.
function runOutbox(settings) {
  var until = nowSeconds() + SOONEST_RUN, rows = waitingRows(), tried = 0, outcome = "";
  while (tried < Math.min(rows.length, MOST_ROWS_SENT) && Number(rows[tried].vars.due) <= until && outcome !== "later") {
    outcome = sendRow(settings, rows[tried]); // "later": the bridge is away, one probe a run is enough
    tried += 1;
  }
  // Whoever moved a row's time plans the next run: so runs grow fewer, and no row is left without one.
  if (tried) planNextRun(settings);
}

function waitingRows() {
  return rowsWhere({state: "waiting"}).sort(function (a, b) {
    return Number(a.vars.due) - Number(b.vars.due);
  });
}

// Telerivet may refuse the option `timeout`: every second attempt goes without it.
function sendRow(settings, row) {
  var tries = Number(row.vars.tries) || 0;
  var reply = post(settings, String(row.vars.webhook_id), readPieces(row.vars, "body"), tries % 2 === 0);
  log("event=outbox_attempt outcome=" + reply.outcome + " status=" + reply.status + " tries=" + (tries + 1));
  if (reply.outcome === "sent") dropRow(row);
  else markRow(row, reply, tries + 1);
  return reply.outcome;
}

function markRow(row, reply, tries) {
  var pause = Math.max(PAUSES[Math.min(tries, PAUSES.length) - 1], reply.retryAfter);
  var due = nowSeconds() + pause;
  row.vars.tries = tries;
  row.vars.status = reply.status;
  row.vars.due = due;
  if (reply.outcome === "refused") row.vars.state = "refused";
  else if (due > Number(row.vars.since) + LIFE) row.vars.state = "expired";
  saveRow(row);
}

function planNextRun(settings) {
  var next = waitingRows()[0];
  if (next) planRun(settings, Number(next.vars.due), callerIn(readPieces(next.vars, "body")));
}

function callerIn(body) {
  try {
    return JSON.parse(body).caller;
  } catch (unreadable) {
    return "";
  }
}

// Plans an outbox run for the time `due`. Returns false where Telerivet will not; then an admin's schedule does it later.
function planRun(settings, due, number) {
  var offset = Math.max(due - nowSeconds(), SOONEST_RUN);
  try {
    project.scheduleMessage({
      message_type: "service", service_id: outboxServiceId(settings), to_number: number, start_time_offset: offset
    });
  } catch (refused) {
    log("event=outbox_schedule_failed");
    return false;
  }
  return true;
}

// The second way, from a session only: a queued run at once. An outbox run must never call for itself like this.
function invokeRun(settings, number) {
  var target = settings.outboxService ? project.initServiceById(settings.outboxService) : service;
  target.invoke({context: "contact", phone_number: number, async: true, variables: {outbox: "now"}});
}

function outboxServiceId(settings) {
  return settings.outboxService || (typeof service === "object" && service ? service.id : "");
}

/* A caller who hangs up: where the menu says `partial: {after: ...}`, a session that got that far waits in the outbox as a
   partial submission, is written anew at every turn, and is sent once `session_ttl` is over. */

function partialId(memory) {
  return memory.session + "_p";
}

// Keeps the row in step with the session. Once the row is gone it was sent, and the same id never gets another body.
function keepPartial(settings, memory, state) {
  var due = nowSeconds() + MENU.session_ttl, body = submissionBody(memory, state, false);
  if (memory.partial) {
    renewPartial(memory, body);
  } else if (isFarEnough(MENU, state) && keepInOutbox(partialId(memory), body, due)) {
    memory.partial = true;
    planRun(settings, due, callerNumber());
  }
}

function renewPartial(memory, body) {
  try {
    rowsWhere({webhook_id: partialId(memory), state: "waiting"}).forEach(function (row) {
      writePieces(row.vars, "body", body);
      saveRow(row);
    });
  } catch (failed) {
    log("event=outbox_read_failed");
  }
}

// The complete submission follows by itself and carries all of it.
function dropPartial(memory) {
  if (memory.partial) dropRowsOf(partialId(memory));
}

/* The body of a submission (docs: the wire contract of POST /v1/submissions). Written once, then the same bytes for ever. */

var GATEWAY = "telerivet";

function submissionBody(memory, state, complete) {
  return asciiJson({
    version: 1,
    gateway: GATEWAY,
    session_id: memory.session,
    service_code: dialledCode(),
    caller: callerNumber(),
    menu: MENU.menu,
    menu_version: MENU.version,
    language: languageOf(MENU, state) || MENU.languages[0],
    answers: answersOf(MENU, state),
    complete: complete,
    simulated: isSimulated(),
    started_at: timestamp(memory.begun),
    submitted_at: timestamp(nowSeconds())
  });
}

// RFC 3339 in UTC, whole seconds.
function timestamp(seconds) {
  return new Date(seconds * 1000).toISOString().replace(/\.[0-9]+Z$/, "Z");
}

/* One run of the script: the first screen, an answer, or an outbox run. Whatever happens, a caller gets exactly one
   screen. */

function runMain() {
  if (sessionRecord()) guarded(firstTurn);
  else runOutsideSession();
}

function firstTurn() {
  var settings = readSettings(), memory = recall();
  if (memory && memory.ended && hasSessionId()) return say(memory.ended);
  reportFaults(settings);
  if (settings.faults.length) return say(apology(MENU, null, budgetOf(settings)).text);
  return showStep(settings, newMemory(), begin(MENU, budgetOf(settings)));
}

function answerTurn(input) {
  var settings = readSettings(), memory = recall(), state = memory && stateFromData(memory.state);
  forgetRawAnswer();
  if (memory && memory.ended) return say(memory.ended);
  if (!state) return firstTurn(); // nothing is known of this session: what was answered is never guessed
  return showStep(settings, memory, answer(MENU, state, textOf(input), budgetOf(settings)));
}

function textOf(input) {
  return input === undefined || input === null ? "" : String(input);
}

function budgetOf(settings) {
  return {septets: settings.septets, units: MENU_BUDGET.units, alphabet: MENU_BUDGET.alphabet};
}

function showStep(settings, memory, step) {
  var budget = budgetOf(settings);
  if (step.outcome === "lookup") step = lookedUp(MENU, step.state, null, budget);
  if (step.outcome === "complete") return handOver(settings, memory, step.state);
  if (step.outcome === "asking") return askStep(settings, memory, step);
  rememberEnd(memory, step.screen.text);
  return say(step.screen.text);
}

function askStep(settings, memory, step) {
  memory.state = stateToData(step.state);
  if (MENU.partial_after.length) keepPartial(settings, memory, step.state);
  remember(memory);
  ask(step.screen.text);
}

// The row comes before the attempt, so that a run which Telerivet cuts short in the middle loses nobody.
function handOver(settings, memory, state) {
  var body = submissionBody(memory, state, true);
  var row = keepInOutbox(memory.session, body, nowSeconds() + GRACE);
  var reply = post(settings, memory.session, body, true), screen;
  row = row || (reply.outcome === "sent" ? null : keepInOutbox(memory.session, body, nowSeconds() + GRACE));
  screen = lastScreen(settings, state, reply, Boolean(row));
  say(screen);
  log("event=submission outcome=" + reply.outcome + " status=" + reply.status + " kept=" + Boolean(row));
  settle(settings, memory, row, reply);
  rememberEnd(memory, screen);
}

// "We have kept your request" is said only where it is true.
function lastScreen(settings, state, reply, isKept) {
  if (reply.outcome === "sent" || isKept) return closing(MENU, state, reply.reference, budgetOf(settings)).text;
  return apology(MENU, languageOf(MENU, state), budgetOf(settings)).text;
}

function settle(settings, memory, row, reply) {
  if (reply.outcome === "sent" || row) dropPartial(memory);
  if (row && reply.outcome === "sent") dropRow(row);
  else if (row) retryLater(settings, row, reply);
}

function retryLater(settings, row, reply) {
  markRow(row, reply, 1);
  if (reply.outcome === "refused") return;
  if (planRun(settings, Number(row.vars.due), callerNumber())) return;
  try {
    invokeRun(settings, callerNumber());
  } catch (refused) {
    log("event=outbox_invoke_failed"); // the schedule that an admin made does it later
  }
}

function runOutsideSession() {
  var settings = readSettings();
  reportFaults(settings);
  if (!settings.faults.length) runOutbox(settings);
}

// An exception's text may hold what a caller typed; its kind does not.
function guarded(turn, input) {
  try {
    turn(input);
  } catch (error) {
    log("event=turn_failed error=" + (error && error.name));
    if (!hasSpoken) say(apology(MENU, languageNow(), MENU_BUDGET).text);
  }
}

function languageNow() {
  var memory = recall(), state = memory && stateFromData(memory.state);
  return state ? languageOf(MENU, state) : null;
}

if (typeof addInputHandler === "function") {
  addInputHandler(ANSWER_ID, function (input) {
    guarded(answerTurn, input);
  });
}

return {run: runMain};
}());

// In a Cloud Script module nothing is global by itself.
if (typeof global === "object" && global) global.main = main;
