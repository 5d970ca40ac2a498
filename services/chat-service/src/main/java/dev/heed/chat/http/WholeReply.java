package dev.heed.chat.http;

import dev.heed.chat.live.LiveReply;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Collects a reply's text as it comes, for who wants it in one piece. */
final class WholeReply implements LiveReply.Reader {

  private final StringBuilder text = new StringBuilder();
  private final List<TokenLogprob> logprobs = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private ReplyChunk last;

  @Override
  public synchronized void next(LiveReply.Step step) {
    switch (step) {
      case LiveReply.Step.Restart() -> forget();
      case LiveReply.Step.Next(var chunk) -> {
        if (chunk.getKind() == ReplyKind.REFUSAL || chunk.getKind() == ReplyKind.WITHDRAWAL) {
          forget();
        }
        text.append(chunk.getText());
        logprobs.addAll(chunk.getLogprobs());
        if (chunk.getLast()) {
          last = chunk;
          over.countDown();
        }
      }
    }
  }

  private void forget() {
    text.setLength(0);
    logprobs.clear();
  }

  /** Of the tokens of the text, when they were asked for. */
  synchronized List<TokenLogprob> logprobs() {
    return List.copyOf(logprobs);
  }

  /** The client has gone: there is nobody to wait for. */
  void forsake() {
    over.countDown();
  }

  /** The last chunk, when it is there; each reply has one by its deadline. Empty: forsaken. */
  Optional<ReplyChunk> last() throws InterruptedException {
    over.await();
    synchronized (this) {
      return Optional.ofNullable(last);
    }
  }

  /** All that stands of the reply. */
  synchronized String text() {
    return text.toString();
  }
}
