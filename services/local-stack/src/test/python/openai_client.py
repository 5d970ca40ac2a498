"""The official client, as anyone would use it. usage: openai_client.py BASE_URL; exits non-zero when something is off."""
import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="python-person", max_retries=0, timeout=60)

models = [m.id for m in client.models.list()]
assert len(models) == 1, models

whole = client.chat.completions.create(
    model=models[0], messages=[{"role": "user", "content": "Which city is the capital of France? Answer in English."}], max_tokens=24, temperature=0)
assert whole.id.startswith("chatcmpl-") and whole.object == "chat.completion"
assert whole.choices[0].message.role == "assistant" and "Paris" in whole.choices[0].message.content, whole
assert whole.choices[0].finish_reason in ("stop", "length")
assert 0 < whole.usage.completion_tokens <= 24 and whole.usage.prompt_tokens > 0
assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens

text, finish, usage = "", None, None
for chunk in client.chat.completions.create(
        model=models[0], messages=[{"role": "user", "content": "Which city is the capital of France? Answer in English."}], max_tokens=24, temperature=0,
        stream=True, stream_options={"include_usage": True}):
    if chunk.usage:
        usage = chunk.usage
    for choice in chunk.choices:
        text += choice.delta.content or ""
        finish = choice.finish_reason or finish
assert text == whole.choices[0].message.content, (text, whole.choices[0].message.content)
assert finish == whole.choices[0].finish_reason and usage.completion_tokens == whole.usage.completion_tokens

for bad, expected in (({"messages": []}, openai.BadRequestError), ({"model": "no-such-model"}, openai.NotFoundError)):
    request = {"model": models[0], "messages": [{"role": "user", "content": "Hello"}], **bad}
    try:
        client.chat.completions.create(**request)
    except expected as e:
        assert e.body["message"], e
    else:
        raise AssertionError("%s was taken" % sorted(bad))
print("ok")
