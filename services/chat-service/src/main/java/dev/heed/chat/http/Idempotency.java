package dev.heed.chat.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.chat.store.StoredConversation;
import dev.heed.chat.store.StoredMessage;
import dev.heed.chat.turns.Turns;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A turn that is sent twice under one key is one turn, at every replica and after any restart, for
 * as long as the conversation keeps it: the key gives the turn its ids, and the digest of its
 * request is kept with it (docs/adr/0006).
 */
@ApplicationScoped
public class Idempotency {

  private static final Duration UNTIL_STORED = Duration.ofMinutes(10);
  private static final int SIZE = 10_000;
  private static final int LOCKS = 64;
  private static final long VERSION_7 = 0x7000L;
  private static final long FREE_HIGH = 0x0fffL;
  private static final long FREE_LOW = 0x3fff_ffff_ffff_ffffL;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final ReentrantLock[] locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);

  /** Digests of this replica's own turns of late, by turn id: the store comes a moment after. */
  private final Cache<String, String> recent =
      Caffeine.newBuilder().expireAfterWrite(UNTIL_STORED).maximumSize(SIZE).build();

  /**
   * The ids of the turn of that key; {@code take} is called unless it was taken before.
   *
   * @param body of the request, as it came
   * @throws Problem 422 when the key came with another body before
   */
  Turns.Ids once(
      StoredConversation conversation,
      Optional<String> key,
      byte[] body,
      Consumer<Turns.Ids> take) {
    if (key.isEmpty()) {
      Turns.Ids fresh = Turns.Ids.fresh();
      take.accept(fresh);
      return fresh;
    }
    String digest = Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(body));
    Turns.Ids ids =
        new Turns.Ids(
            id("turn", conversation, key.get()),
            id("reply", conversation, key.get()),
            Optional.of(digest));
    ReentrantLock lock = locks[Math.floorMod(ids.turnId().hashCode(), LOCKS)];
    lock.lock();
    try {
      Optional<String> before =
          Optional.ofNullable(recent.getIfPresent(ids.turnId()))
              .or(() -> conversation.find(ids.turnId()).flatMap(StoredMessage::request));
      if (before.isEmpty()) {
        take.accept(ids);
        recent.put(ids.turnId(), digest);
      } else if (!before.get().equals(digest)) {
        throw Problem.keyReused();
      }
      return ids;
    } finally {
      lock.unlock();
    }
  }

  /** A UUIDv7 with the time of the conversation, whose free bits are of the SHA-256 of the key. */
  private static String id(String what, StoredConversation conversation, String key) {
    String subject = what + "\n" + conversation.id() + "\n" + key;
    ByteBuffer hash = ByteBuffer.wrap(sha256(subject.getBytes(StandardCharsets.UTF_8)));
    long high = (conversation.createdAt() << 16) | VERSION_7 | (hash.getLong() & FREE_HIGH);
    return new UUID(high, (hash.getLong() & FREE_LOW) | VARIANT).toString();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
