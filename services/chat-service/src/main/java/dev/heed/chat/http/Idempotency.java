package dev.heed.chat.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.chat.turns.Turns;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** A turn that is sent twice under one key is one turn, on this replica for a day. */
@ApplicationScoped
public class Idempotency {

  private static final Duration TIME = Duration.ofDays(1);
  private static final int SIZE = 10_000;

  private final Cache<String, Once> seen =
      Caffeine.newBuilder().expireAfterWrite(TIME).maximumSize(SIZE).build();

  private record Once(int bodyHash, int bodyLength, Turns.Taken taken) {}

  /**
   * The turn of that key, taken now or before.
   *
   * @throws Problem 422 when the key came with another body before
   */
  Turns.Taken once(Optional<String> key, Buffer body, Supplier<Turns.Taken> take) {
    if (key.isEmpty()) {
      return take.get();
    }
    Once once = seen.get(key.get(), _ -> new Once(body.hashCode(), body.length(), take.get()));
    if (once.bodyHash() != body.hashCode() || once.bodyLength() != body.length()) {
      throw Problem.keyReused();
    }
    return once.taken();
  }
}
