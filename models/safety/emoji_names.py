"""Emoji become their Unicode names, so that the encoder can read them. Emoji.java in safety-service does the same."""

import unicodedata

LOOKS = {0xFE0F, 0x200D, 0x20E3} | set(range(0x1F3FB, 0x1F400))  # style, joiner, keycap, skin tones: they change an emoji's look alone


def plain(text):
    if text.isascii():
        return text
    out = []
    for c in text:
        code = ord(c)
        if code in LOOKS:
            continue
        if 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF or 0x2B00 <= code <= 0x2BFF:
            out.append(' ' + unicodedata.name(c, 'SYMBOL').lower().replace('-', ' ') + ' ')
        else:
            out.append(c)
    return ''.join(out)
