"use strict";
/* Counts a screen as the network does (3GPP TS 23.038, 6.2.1): one septet a character of the default alphabet, two of its
   extension table. A text with any other character goes as UCS-2, where 80 units fill a screen: counted here as double.
   Written apart from the engine's own table, so that a wrong table there is found here. */

const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
  "abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "\f^{}\\[~]|€";

function septets(text) {
  let count = 0;
  for (const character of text) {
    if (BASIC.includes(character)) count += 1;
    else if (EXTENDED.includes(character)) count += 2;
    else return text.length * 2;
  }
  return count;
}

module.exports = { septets };
