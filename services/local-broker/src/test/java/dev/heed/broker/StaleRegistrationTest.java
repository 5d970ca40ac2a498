package dev.heed.broker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of which no broker was ever seen by its controller. */
class StaleRegistrationTest {

  @TempDir Path folder;

  /**
   * A controller that has just read its first metadata refuses in more than one way, each for some
   * milliseconds; the faster this JVM gets, the more of them are met.
   */
  @RepeatedTest(8)
  void ofABrokerKilledBeforeItRegistered() throws Exception {
    Path log = folder.resolve("log");
    int controller = BrokerResource.freePort();
    Properties broker = LocalBroker.properties(log, BrokerResource.freePort(), controller);
    Path file = folder.resolve("server.properties");
    try (OutputStream out = Files.newOutputStream(file)) {
      broker.store(out, null);
    }
    LocalBroker.format(file);
    assertTrue(StaleRegistration.isLeft(log));
    StaleRegistration.end(broker, controller);
    assertTrue(Files.exists(log.resolve("__cluster_metadata-0")));
  }

  @Test
  void isNotLeftWhereNoneRan() {
    assertFalse(StaleRegistration.isLeft(folder.resolve("log")));
  }
}
