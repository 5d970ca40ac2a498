package dev.heed.chat.store;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.heed.chat.metrics.ChatMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class StoreHealthTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StoreHealth health = new StoreHealth(new ChatMeters(registry));
  private final RuntimeException cause = new IllegalStateException("no words of it are logged");

  @Test
  void aThreadThatDiesIsReplaced() {
    assertEquals(REPLACE_THREAD, health.handle(cause));
    assertEquals(1, registry.counter("heed_chat_store_failures").count());
  }

  @Test
  void deathsInQuickSuccessionStopTheStore() {
    long now = 0;
    for (int i = 0; i < StoreHealth.MAX_DEATHS; i++) {
      assertEquals(REPLACE_THREAD, health.died(cause, now += 1_000_000));
    }
    assertEquals(SHUTDOWN_CLIENT, health.died(cause, now));
    // and long after, a single one is an accident again
    assertEquals(REPLACE_THREAD, health.died(cause, now + 2 * StoreHealth.WINDOW.toNanos()));
  }
}
