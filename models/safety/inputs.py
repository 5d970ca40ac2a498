"""What the network is given: role, last turns and text as a pair of segments, long texts in windows. Classifier.java does the same (format 1)."""

from emoji_names import plain

CLS, SEP = 101, 102
CONTEXT_TURNS, CONTEXT_TOKENS = 2, 48
MAX_LENGTH, OVERLAP = 128, 24


def first_segment(tok, context, role):
    ids = tok.encode(role + ' :', add_special_tokens=False).ids
    if context:
        ids += tok.encode(plain(' | '.join(context[-CONTEXT_TURNS:])), add_special_tokens=False).ids[-CONTEXT_TOKENS:]
    return ids


def windows(tok, context, text, role, max_length=MAX_LENGTH, overlap=OVERLAP):
    """One or more (ids, token types)."""
    a = first_segment(tok, context, role)
    b = tok.encode(plain(text), add_special_tokens=False).ids
    width = max_length - 3 - len(a)
    starts = [0] if len(b) <= width else list(range(0, len(b) - width, width - overlap)) + [len(b) - width]
    return [([CLS] + a + [SEP] + b[s : s + width] + [SEP], [0] * (len(a) + 2) + [1] * (len(b[s : s + width]) + 1)) for s in starts]
