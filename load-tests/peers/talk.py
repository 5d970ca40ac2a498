"""Talks to an OpenAI-compatible server from so many conversations at once and prints one JSON line for each number.

usage: talk.py --url http://host:port/v1 --name NAME [--conversations 1,8,32,64] [--turns 3] [--tokens 64] [--key KEY] [--model MODEL]
Every conversation sends its next turn when the last one was answered (the same offered load for every server): time to
first text, time of a whole answer, and tokens a second of all together. Standard library only.
"""

import argparse
import concurrent.futures
import http.client
import json
import time
import urllib.parse

TOPICS = ["the sea", "bread", "old maps", "bicycles", "winter", "bees", "clocks", "bridges", "tea", "gardens", "trains", "stars"]
QUESTIONS = ["Tell me about {}.", "Why do people like {}?", "Give me three facts about {}.", "Write a short note about {} to a friend."]


def answer(given, messages, person):
    """One streamed completion: its text, seconds to the first text and to the end, tokens, and why it ended."""
    place = urllib.parse.urlparse(given.url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=600)
    body = {"model": given.model, "messages": messages, "max_tokens": given.tokens, "temperature": 0.7, "seed": person,
            "stream": True, "stream_options": {"include_usage": True}, "user": f"person-{person}"}
    began = time.perf_counter()
    connection.request("POST", place.path + "/chat/completions", json.dumps(body),
                       {"Content-Type": "application/json", "Authorization": f"Bearer {given.key}"})
    reply = connection.getresponse()
    if reply.status != 200:
        reply.read()
        return "", None, time.perf_counter() - began, 0, f"http {reply.status}"
    text, first, tokens, end = "", None, 0, "none"
    for line in reply:
        if not line.startswith(b"data: ") or line.startswith(b"data: [DONE]"):
            continue
        event = json.loads(line[6:])
        if "error" in event:
            end = "error"
        for choice in event.get("choices", []):
            piece = choice.get("delta", {}).get("content") or ""
            if piece and first is None:
                first = time.perf_counter() - began
            text += piece
            end = choice.get("finish_reason") or end
        if event.get("usage"):
            tokens = event["usage"]["completion_tokens"]
    connection.close()
    return text, first, time.perf_counter() - began, tokens, end


def conversation(given, person):
    messages, answers = [], []
    for turn in range(given.turns):
        question = QUESTIONS[(person + turn) % len(QUESTIONS)].format(TOPICS[person % len(TOPICS)])
        messages.append({"role": "user", "content": question})
        answers.append(answer(given, messages, person))
        messages.append({"role": "assistant", "content": answers[-1][0] or "..."})
    return answers


def percentile(values, share):
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3) if ordered else None


def measure(given, number, offset):
    began = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(number) as pool:
        answers = [a for c in pool.map(lambda i: conversation(given, offset + i), range(number)) for a in c]
    seconds = time.perf_counter() - began
    firsts = [a[1] for a in answers if a[1] is not None]
    ends = {}
    for a in answers:
        ends[a[4]] = ends.get(a[4], 0) + 1
    return {"server": given.name, "conversations": number, "answers": len(answers), "first_text_p50": percentile(firsts, 0.5),
            "first_text_p99": percentile(firsts, 0.99), "answer_p50": percentile([a[2] for a in answers], 0.5),
            "tokens_per_second": round(sum(a[3] for a in answers) / seconds, 1), "ends": ends}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--conversations", default="1,8,32,64")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--key", default="bench")
    parser.add_argument("--model", default="smollm2-135m-instruct")
    given = parser.parse_args()
    measure(given, 1, 900_000)  # warms both sides up
    for number in (int(n) for n in given.conversations.split(",")):
        print(json.dumps(measure(given, number, number * 1000)), flush=True)


if __name__ == "__main__":
    main()
