package dev.heed.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.utils.Time;

/**
 * What a killed broker leaves in the metadata: it counts as registered until its session ends. A
 * broker that starts meanwhile leads its partitions before anybody can reach it, takes up the
 * transactions that were about to be committed, and loses the partitions again when the old session
 * ends. Kafka then takes partitions without a leader for deleted ones and calls those transactions
 * complete without their markers: whoever reads committed records never passes them
 * (docs/adr/0034). So the old registration is taken away before the broker starts.
 */
final class StaleRegistration {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int RETRY_MILLIS = 20;

  private StaleRegistration() {}

  /** Whether a broker ran on that log and did not shut down. */
  static boolean isLeft(Path log) {
    return Files.exists(log.resolve("meta.properties"))
        && Files.notExists(log.resolve(".kafka_cleanshutdown"));
  }

  /**
   * Runs the controller alone until the broker is registered no more.
   *
   * @param broker as the broker will start
   * @param port the controller's
   * @throws IOException when the controller does not answer within a minute
   */
  static void end(Properties broker, int port) throws IOException, InterruptedException {
    Properties alone = new Properties();
    alone.putAll(broker);
    alone.put("process.roles", "controller");
    alone.put("listeners", "CONTROLLER://localhost:" + port);
    var controller = new KafkaRaftServer(new KafkaConfig(alone, false), Time.SYSTEM);
    controller.startup();
    try (Admin admin = Admin.create(Map.of("bootstrap.controllers", "localhost:" + port))) {
      unregister(admin, Integer.parseInt(broker.getProperty("node.id")));
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }

  private static void unregister(Admin admin, int node) throws IOException, InterruptedException {
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        admin.unregisterBroker(node).all().get();
        return;
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          // It was killed before it had registered.
          case BrokerIdNotRegisteredException _ -> {
            return;
          }
          // The controller listens before it leads, and before it has read which version its
          // metadata are of: until then it refuses whoever is not a broker.
          case RetriableException _, UnsupportedVersionException _ when System.nanoTime() < limit ->
              TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
          default ->
              throw new IOException("a killed broker's registration cannot be ended", e.getCause());
        }
      }
    }
  }
}
