"""Ordinary texts, as JSON lines for ./heed classify --reference: python reference.py --data ../../shared/data > ordinary.jsonl.

What people of these sets say to a chat program and what is answered, none of it trained on: dev rows of ConvAI2 and OASST, ordinary requests and replies of the templates' held-out part, and the validation
split of ConvAbuse as it came, abuse included. Not DiaSafety: its safe replies are chosen to be hard.
"""

import argparse
import json

from data import rows
from export import validation

USER = ('convai2', 'oasst', 'prompt', 'tpl_ordinary', 'tpl_plain', 'val_convabuse')
BOT = ('convai2', 'oasst', 'tpl_reply', 'tpl_plain')


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--data', required=True)
    a = ap.parse_args()
    _, dev = rows(a.data)
    n = 0
    for context, text, _, source, _, _ in dev + validation(a.data):
        roles = [r for r, sources in (('user', USER), ('bot', BOT)) if source in sources]
        for r in roles:
            print(json.dumps({'id': str(n), 'context': [context] if context else [], 'text': text, 'role': r}, ensure_ascii=False))
            n += 1


if __name__ == '__main__':
    main()
