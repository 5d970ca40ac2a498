"""Writes the streams that trust-service's ReferenceTest replays, and what the reference filter says of them.

    python3 reference_stream.py PATH_OF_trust_reference.py services/trust-service/src/test/resources/reference

Two streams of 2,000 ratings by helpers, lazy people, liars, gaslighters and constant raters: one with a classifier's prior, one
without. Each file is gzipped CSV: user,item,label,prior and user,item,p_right,reliability to ten decimals.
"""
import gzip
import importlib.util
import pathlib
import random
import sys

TYPES = ["helper"] * 10 + ["lazy"] * 3 + ["liar"] * 3 + ["gaslighter"] * 2 + ["always_good", "always_bad"]


def label_of(rng, kind, truth):
    if kind == "lazy":
        return rng.randrange(2)
    if kind == "always_good":
        return 0
    if kind == "always_bad":
        return 1
    right = {"helper": .9, "liar": .12, "gaslighter": .05}[kind]
    return truth if rng.random() < right else 1 - truth


def stream(seed, priors, count=2000, people=40, items=500):
    rng = random.Random(seed)
    kinds = [rng.choice(TYPES) for _ in range(people)]
    truth = [int(rng.random() < .45) for _ in range(items)]
    prior = [min(.999, max(.001, round(rng.gauss(.78 if z else .22, .25), 3))) for z in truth]
    bad = [i for i in range(items) if truth[i]]
    rated, lines = set(), []
    while len(lines) < count:
        u = rng.randrange(people)
        i = rng.choice(bad) if kinds[u] == "gaslighter" and rng.random() < .95 else rng.randrange(items)
        if (u, i) in rated and rng.random() < .9:  # some second labels stay in: they change nothing
            continue
        rated.add((u, i))
        lines.append((u, i, label_of(rng, kinds[u], truth[i]), prior[i] if priors else None))
    return lines


def write(path, rows):
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        for row in rows:
            out.write((",".join("" if v is None else str(v) for v in row) + "\n").encode())


def main(reference, folder):
    spec = importlib.util.spec_from_file_location("trust_reference", reference)
    module = importlib.util.module_from_spec(spec)
    sys.modules["trust_reference"] = module
    spec.loader.exec_module(module)
    for name, seed, priors in (("with-prior", 11, True), ("without-prior", 12, False)):
        trust, events, said = module.Trust(), stream(seed, priors), []
        for u, i, label, prior in events:
            for out in trust.event(u, i, label, prior):
                said.append((out["user"], out["item"], f"{float(out['p_right']):.10f}", f"{out['reliability']:.10f}"))
        write(pathlib.Path(folder, name + ".events.csv.gz"), events)
        write(pathlib.Path(folder, name + ".beliefs.csv.gz"), said)
        print(name, len(events), "events,", len(said), "beliefs")


if __name__ == "__main__":
    main(*sys.argv[1:])
