package dev.heed.broker;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.Map;

/** Gives a Quarkus test a broker of its own and tells the application where it is. */
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {

  private LocalBroker broker;

  @Override
  public Map<String, String> start() {
    try {
      broker = LocalBroker.start(Files.createTempDirectory("heed-broker"), freePort(), freePort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return Map.of(
        "kafka.bootstrap.servers", broker.bootstrapServers(),
        "quarkus.kafka-streams.bootstrap-servers", broker.bootstrapServers());
  }

  @Override
  public void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  /** A port that nobody listens on now. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
