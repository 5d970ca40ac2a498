package dev.heed.chat.http;

import dev.heed.chat.live.LiveReply;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Collects a reply's text as it comes, for who wants it in one piece. */
final class WholeReply implements LiveReply.Reader {

  private final StringBuilder text = new StringBuilder();
  private final CountDownLatch over = new CountDownLatch(1);
  private ReplyChunk last;

  @Override
  public synchronized void next(LiveReply.Step step) {
    switch (step) {
      case LiveReply.Step.Restart() -> text.setLength(0);
      case LiveReply.Step.Next(var chunk) -> {
        if (chunk.getKind() == ReplyKind.REFUSAL || chunk.getKind() == ReplyKind.WITHDRAWAL) {
          text.setLength(0);
        }
        text.append(chunk.getText());
        if (chunk.getLast()) {
          last = chunk;
          over.countDown();
        }
      }
    }
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
