package dev.heed.feedback.shown;

import dev.heed.feedback.config.FeedbackConfig;
import dev.heed.schemas.events.ReplyChunk;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The replies that were shown within the retention, by id; a view of {@code chat.replies}. */
@ApplicationScoped
public class ShownReplies {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Recent<String, ShownReply> replies;
  private final long abandonedMillis;
  private final Clock clock;
  private final Duration catchUp;
  private final Object arrival = new Object();

  ShownReplies(FeedbackConfig config, Clock clock) {
    var index = config.index();
    this.replies =
        new Recent<>(index.replies(), Long.MAX_VALUE, index.retention().toMillis(), reply -> 1L);
    this.abandonedMillis = index.abandonedAfter().toMillis();
    this.clock = clock;
    this.catchUp = index.catchUp();
  }

  /** Takes up one more chunk. */
  public void add(ReplyChunk chunk) {
    replies.merge(
        chunk.getReplyId(),
        ShownReply.of(chunk),
        reply -> reply.with(chunk),
        chunk.getWrittenAt().toEpochMilli(),
        clock.millis());
    synchronized (arrival) {
      arrival.notifyAll();
    }
  }

  /**
   * The same as {@link #shownTo}, but when the reply is unknown or unfinished, waits a little: the
   * person's screen may be some milliseconds ahead of this view.
   */
  public Optional<ShownReply> awaitEnded(String pseudonym, String replyId) {
    long deadline = System.nanoTime() + catchUp.toNanos();
    synchronized (arrival) {
      Optional<ShownReply> reply = shownTo(pseudonym, replyId);
      while (reply.filter(this::ended).isEmpty()) {
        long left = (deadline - System.nanoTime()) / NANOS_PER_MILLI;
        if (left <= 0 || !waitFor(left)) {
          return reply;
        }
        reply = shownTo(pseudonym, replyId);
      }
      return reply;
    }
  }

  private boolean waitFor(long millis) {
    try {
      arrival.wait(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The reply, when something of it was shown to this person. */
  public Optional<ShownReply> shownTo(String pseudonym, String replyId) {
    return replies
        .get(replyId)
        .filter(reply -> reply.pseudonym().equals(pseudonym) && reply.characters() > 0);
  }

  /** True when nothing more will come of it: it ended, or its writers are gone. */
  public boolean ended(ShownReply reply) {
    return reply.end().isPresent() || clock.millis() - reply.at().toEpochMilli() > abandonedMillis;
  }

  /** How many replies are remembered. */
  public int size() {
    return replies.size();
  }
}
