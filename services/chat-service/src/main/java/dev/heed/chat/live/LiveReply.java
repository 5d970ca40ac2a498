package dev.heed.chat.live;

import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One reply as it comes in: its chunks in order, of the highest attempt only, and who reads along.
 * Chunks that were seen before, and those of lower attempts, are dropped.
 */
public final class LiveReply {

  /** A reader: gets each step once, in order, and must not block. */
  public interface Reader {
    /** The next step; {@link Step.Restart} before the first chunk of a newer attempt. */
    void next(Step step);
  }

  /** What a reader is told. */
  public sealed interface Step {
    /** Forget what was shown; a new attempt begins. */
    record Restart() implements Step {}

    /** The next chunk. */
    record Next(ReplyChunk chunk) implements Step {}
  }

  private final String replyId;
  private final Instant begun;
  private final int maxChunks;
  private final List<ReplyChunk> chunks = new ArrayList<>();
  private final List<Following> readers = new CopyOnWriteArrayList<>();
  private boolean ended;
  private boolean beginMissed;
  private volatile long leftAt;

  LiveReply(String replyId, Instant begun, int maxChunks) {
    this.replyId = replyId;
    this.begun = begun;
    this.maxChunks = maxChunks;
  }

  /** UUIDv7. */
  public String replyId() {
    return replyId;
  }

  /** When this replica first heard of it. */
  public Instant begun() {
    return begun;
  }

  /** Its last chunk is here. */
  public synchronized boolean ended() {
    return ended;
  }

  /** Its last chunk; empty while it is being written. */
  public synchronized Optional<ReplyChunk> end() {
    return ended ? Optional.of(chunks.getLast()) : Optional.empty();
  }

  /** Its newest chunk of the newest attempt; empty before any. */
  synchronized Optional<ReplyChunk> newest() {
    return chunks.isEmpty() ? Optional.empty() : Optional.of(chunks.getLast());
  }

  /** How many chunks are here. */
  public synchronized int size() {
    return chunks.size();
  }

  /** How many read along now. */
  public int readers() {
    return readers.size();
  }

  /**
   * Takes a chunk.
   *
   * @return true when it was new
   */
  synchronized boolean add(ReplyChunk chunk) {
    if (ended) {
      return false;
    }
    if (!chunks.isEmpty()) {
      ReplyChunk newest = chunks.getLast();
      boolean oldAttempt = chunk.getAttempt() < newest.getAttempt();
      boolean seen =
          chunk.getAttempt() == newest.getAttempt() && chunk.getSequence() <= newest.getSequence();
      if (oldAttempt || seen || chunks.size() >= maxChunks) {
        return false;
      }
      if (chunk.getAttempt() > newest.getAttempt()) {
        chunks.clear();
      }
    }
    beginMissed |= chunks.isEmpty() && chunk.getSequence() > 0;
    ended = chunk.getLast();
    ReplyChunk whole = ended && beginMissed ? whole(chunk) : chunk;
    if (beginMissed && ended) {
      chunks.clear();
      readers.forEach(Following::restart);
    }
    chunks.add(whole);
    if (!beginMissed || ended) {
      readers.forEach(reader -> reader.chunk(whole));
    }
    return true;
  }

  /** A last chunk that tells all of the text, for whom the beginning was missed. */
  static ReplyChunk whole(ReplyChunk last) {
    return last.getWholeText() == null ? last : withText(last, last.getWholeText());
  }

  private static ReplyChunk withText(ReplyChunk last, String text) {
    return ReplyChunk.newBuilder()
        .setConversationId(last.getConversationId())
        .setTurnId(last.getTurnId())
        .setReplyId(last.getReplyId())
        .setPseudonym(last.getPseudonym())
        .setReplica(last.getReplica())
        .setTenant(last.getTenant())
        .setAttempt(last.getAttempt())
        .setSequence(last.getSequence())
        .setKind(last.getKind())
        .setText(text)
        .setLast(true)
        .setFinishReason(last.getFinishReason())
        .setError(last.getError())
        .setVerdict(last.getVerdict())
        .setWholeText(last.getWholeText())
        .setUsage(last.getUsage())
        .setModel(last.getModel())
        .setShareConsent(last.getShareConsent())
        .setWrittenAt(last.getWrittenAt())
        .build();
  }

  /**
   * Lets a reader read along, after telling it all that is here and that it has not seen. What it
   * saw may be more than is here yet: it came from a replica that is ahead.
   *
   * @param attempt of the last chunk that it saw, -1: none
   * @param sequence of that chunk
   */
  public synchronized void join(Reader reader, int attempt, int sequence) {
    Following following = new Following(reader, attempt, sequence);
    if (!chunks.isEmpty() && (!beginMissed || ended)) {
      boolean otherEnded = ended && chunks.getFirst().getAttempt() != attempt;
      if (attempt >= 0 && (beginMissed || otherEnded)) {
        following.restart();
      }
      chunks.forEach(following::chunk);
    }
    readers.add(following);
  }

  /** A last chunk for whom all of its text was told. */
  static ReplyChunk endOnly(ReplyChunk last) {
    return last.getKind() == ReplyKind.CONTENT ? withText(last, "") : last;
  }

  /** Lets a reader go. */
  public void leave(Reader reader) {
    leftAt = System.nanoTime();
    readers.removeIf(following -> following.reads(reader));
  }

  /** Whether it is unfinished and nobody has read along here for that long. */
  public boolean isForsaken(Duration grace) {
    return !ended() && readers.isEmpty() && System.nanoTime() - leftAt >= grace.toNanos();
  }
}
