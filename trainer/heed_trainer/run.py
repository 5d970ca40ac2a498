"""One run: its folder, its checkpoints, its bounds and what it says while it goes."""

import hashlib
import json
import os
import shutil
import time

from heed_trainer.errors import TrainerError

TRAINING_SHARE = 0.85  # of max-seconds; the rest is for measuring and writing
EVENT_SECONDS = 1.0  # least time between two step events


def say(event, **fields):
    """One progress line on standard output."""
    print(json.dumps({'event': event, **fields}), flush=True)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


def resident_mb():
    """Memory of this process that is in RAM, MiB."""
    with open('/proc/self/statm') as file:
        return int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 2**20


def write_whole(path, write):
    """write(file) into a file that appears at once, whole and on the disk."""
    with open(path + '.part', 'wb') as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + '.part', path)


class Run:
    """A run into `out`, which appears by a rename when all is done; until then everything lies in `out`.tmp.

    identity: what a checkpoint must agree with, so that --resume never goes on with other data or flags.
    """

    def __init__(self, out, identity, resume, max_seconds, max_memory_mb, checkpoint_seconds, clock=time.monotonic):
        self.out, self.temporary = out.rstrip('/'), out.rstrip('/') + '.tmp'
        self.identity = json.dumps(identity, sort_keys=True)
        self.clock, self.started = clock, clock()
        self.max_seconds, self.max_memory_mb, self.checkpoint_seconds = max_seconds, max_memory_mb, checkpoint_seconds
        self.stopped = None
        self._spoke = self._saved = float('-inf')
        if os.path.exists(self.out):
            raise TrainerError('out_exists', 'the folder of --out is there already')
        if not resume:
            shutil.rmtree(self.temporary, ignore_errors=True)
        os.makedirs(self.temporary, exist_ok=True)
        self._own()

    def _own(self):
        path = self.path('identity.json')
        if os.path.exists(path):
            with open(path) as file:
                if file.read() != self.identity:
                    raise TrainerError('checkpoint_differs', 'the checkpoint is of other data or flags; run without --resume')
        else:
            write_whole(path, lambda file: file.write(self.identity.encode()))

    def path(self, name):
        return os.path.join(self.temporary, name)

    @property
    def seconds(self):
        return self.clock() - self.started

    def memo(self, name, compute):
        """What compute() gives (JSON), from the file of an earlier try where there is one."""
        path = self.path(f'memo-{name}.json')
        if os.path.exists(path):
            with open(path) as file:
                return json.load(file)
        value = compute()
        write_whole(path, lambda file: file.write(json.dumps(value).encode()))
        return value

    def fit(self, name, parameters, optimizer, steps, loss_of):
        """Takes the optimizer through `steps` steps of loss_of(step), or until time is up. parameters: those trained, by name.

        Goes on from a checkpoint of the same name. A step's randomness must come from torch's global generator or from the step's number.
        """
        import torch  # not above: what learns without PyTorch (safety) runs without it

        first = self._restore(name, parameters, optimizer)
        step = first
        while step < steps:
            self.check_memory()
            if self.seconds > TRAINING_SHARE * self.max_seconds:
                self.stopped = 'time'
                break
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(step)
            if not torch.isfinite(loss):
                raise TrainerError('loss_not_finite', f'step {step}')
            loss.backward()
            torch.nn.utils.clip_grad_norm_(list(parameters.values()), 1.0)
            optimizer.step()
            step += 1
            if self.clock() - self._saved >= self.checkpoint_seconds or step == steps:
                self._save(name, parameters, optimizer, step)
            self._tell(step, steps, loss.item())
        if step == 0 and steps:
            raise TrainerError('out_of_time', f'no step of {name} within {self.max_seconds} s')
        return step

    def check_memory(self):
        if self.max_memory_mb and resident_mb() > self.max_memory_mb:
            raise TrainerError('out_of_memory', f'more than {self.max_memory_mb} MiB in use')

    def _tell(self, step, steps, loss):
        if self.clock() - self._spoke >= EVENT_SECONDS or step == steps:
            self._spoke = self.clock()
            say('step', step=step, of=steps, loss=round(loss, 5), seconds=round(self.seconds, 2))

    def _save(self, name, parameters, optimizer, step):
        import torch

        state = {
            'step': step,
            'parameters': {k: v.detach() for k, v in parameters.items()},
            'optimizer': optimizer.state_dict(),
            'random': torch.get_rng_state(),
        }
        write_whole(self.path(f'checkpoint-{name}.pt'), lambda file: torch.save(state, file))
        self._saved = self.clock()

    def _restore(self, name, parameters, optimizer):
        import torch

        path = self.path(f'checkpoint-{name}.pt')
        if not os.path.exists(path):
            return 0
        state = torch.load(path, weights_only=True)
        with torch.no_grad():
            for key, value in parameters.items():
                value.copy_(state['parameters'][key])
        optimizer.load_state_dict(state['optimizer'])
        torch.set_rng_state(state['random'])
        return state['step']

    def finish(self, write, manifest, card):
        """write(folder) makes the files; then manifest and card; then the folder gets its name. metrics are in manifest."""
        final = self.path('final')
        shutil.rmtree(final, ignore_errors=True)
        os.makedirs(final)
        write(final)
        with open(os.path.join(final, 'README.md'), 'w') as file:
            file.write(card)
        files = [
            {'path': n, 'sha256': sha256(os.path.join(final, n)), 'bytes': os.path.getsize(os.path.join(final, n))} for n in sorted(os.listdir(final))
        ]
        body = json.dumps({**manifest, 'files': files}, indent=1, sort_keys=True) + '\n'
        write_whole(os.path.join(final, 'manifest.json'), lambda file: file.write(body.encode()))
        for name in os.listdir(final):
            with open(os.path.join(final, name), 'rb') as file:
                os.fsync(file.fileno())
        os.rename(final, self.out)
        shutil.rmtree(self.temporary, ignore_errors=True)
        say('done', out=self.out, metrics=manifest['metrics'])
