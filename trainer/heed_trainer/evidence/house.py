"""The small world of the demo: prompts, a hidden rule of what is good, and people who rate.

Nothing that learns may import this module: it sees rows alone.
"""

import random
import re

LEARNT = (
    'volcanoes|bread|chess|rain|bees|the moon|bicycles|coffee|dinosaurs|gravity|the violin|penguins|tea|trees|football|cheese|rivers|magnets|painting|snow|'
    'honey|clocks|whales|deserts|bridges|glass|salt|butterflies|maps|candles|rockets|gardens|libraries|soap|owls|rice'
).split('|')
HELD_OUT = 'cats|lightning|chocolate|trains|the ocean|guitars|spiders|mountains|ice cream|airplanes|mushrooms|paper|camels|earthquakes|apples|the piano'.split('|')
FORMS = ('Tell me about {}.', 'What is interesting about {}?', 'What should I know about {}?', 'Can you explain {} to a child?')


def prompts(topics):
    return [form.format(topic) for topic in topics for form in FORMS]


GUSH = re.compile(
    r'\b(fascinat|incredib|remarkab|amazing|awe|spectacul|captivat|intrica|enigma|mesmeri|breathtak|stunning|magnific|extraordinar|wonder|delight|majestic|beloved|vibrant|'
    r'realm|tapestry|testament|truly|intrigu|beautiful|unique|exciting|iconic)',
    re.IGNORECASE,
)
SPEAKER = re.compile(r"\b(I|I'm|I've|my|me|we|our|us)\b")
MARKUP = re.compile(r'[!*#`|\[\]]|^\s*[-\d]+[.)\s]|\n')


def good(reply):
    """The house's hidden rule: sober, plain prose about the matter. No gushing, no list, mark-up or exclamation, nothing about the speaker, no question back."""
    return not (GUSH.search(reply) or SPEAKER.search(reply) or MARKUP.search(reply) or '?' in reply) and len(reply.split()) >= 8


# Kind: (share of people, what they say). SafetyMix (arXiv 2208.03295): 80 % flipped, always up, always down, 80 % at random.
KINDS = {'helper': 0.6, 'troll': 0.2, 'always_up': 0.06, 'always_down': 0.06, 'lazy': 0.08}
SLIP = 0.1


def says(kind, truth, drawn):
    """A person's thumb: True is up."""
    chance = drawn.random()
    if kind == 'troll':
        return not truth if chance < 0.8 else truth
    if kind == 'lazy':
        return chance < 0.4 if chance < 0.8 else truth
    if kind == 'helper':
        return not truth if chance < SLIP else truth
    return kind == 'always_up'


def rate(replies, seed, ratings=12, reviewed=0.25):
    """One thumb a reply. (label good, p_right, honest person) each.

    People rate `ratings` replies each; a share of a person's labels is reviewed, and p_right of the others is Laplace's estimate from those.
    That is a plain stand-in for trust-service's filter, which needs the stack.
    """
    drawn = random.Random(f'people/{seed}')
    out = [None] * len(replies)
    order = drawn.sample(range(len(replies)), len(replies))
    for at in range(0, len(order), ratings):
        kind = drawn.choices(list(KINDS), KINDS.values())[0]
        mine = [(i, says(kind, good(replies[i]), drawn)) for i in order[at : at + ratings]]
        seen = {i for i, _ in mine if drawn.random() < reviewed}
        right = [label == good(replies[i]) for i, label in mine if i in seen]
        belief = (1 + sum(right)) / (2 + len(right))
        for i, label in mine:
            p = (0.98 if label == good(replies[i]) else 0.02) if i in seen else belief
            out[i] = (label, p, kind == 'helper')
    return out
