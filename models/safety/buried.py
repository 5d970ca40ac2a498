"""One unsafe sentence among harmless ones, and harmless ones that only sound unsafe in the same place: a mean over a long turn must not hide what one of its sentences asks."""

HEADS = ('hate', 'toxicity', 'harm_request', 'self_harm', 'sexual', 'injection')
CALM = ('prose', 'prompt', 'oasst', 'benign', 'convai2', 'tpl_plain', 'tpl_ordinary', 'tpl_complaint', 'tpl_neutral')
TRICKY = ('lookalike', 'tpl_lookalike', 'tpl_trigger', 'tpl_self_harm_fine', 'tpl_sexual_fine', 'tpl_gram_denied', 'tpl_gram_kind', 'tpl_things', 'tpl_profanity', 'tpl_homonym', 'tpl_support', 'tpl_counter')
SHORT, LONGEST = 140, 420  # characters; what is longer is cut in training


def _sentence(text):
    return text if text[-1] in '.?!"' else text + '.'


def _among(rnd, text, calm):
    """The text somewhere between one to four others."""
    others = [_sentence(r[1].strip()) for r in rnd.sample(calm, rnd.randint(1, 4))]
    others.insert(rnd.randrange(len(others) + 1), _sentence(text.strip()))
    return ' '.join(others)


def buried(rows, rnd, unsafe, fine):
    """`unsafe` rows with one unsafe sentence and `fine` ones without; of rows of one split, which they stay in."""
    short = [r for r in rows if not r[0] and r[4] == 'user' and 8 < len(r[1]) < SHORT]
    calm = [r for r in short if r[3] in CALM and not any(r[2].values())]
    tricky = [r for r in short if r[3] in TRICKY and not any(v for h, v in r[2].items() if h in HEADS)]
    bad = {h: [r for r in short if r[2].get(h) == 1] for h in HEADS}
    out = []
    for n in range(unsafe + fine):
        _, text, labels, _, role, held = rnd.choice(bad[HEADS[n % len(HEADS)]] if n < unsafe else tricky)
        text = _among(rnd, text, calm)
        if len(text) <= LONGEST:
            out.append(('', text, {h: v for h, v in labels.items() if not h.startswith('sensitive.')}, 'tpl_buried', role, held))
    return out
