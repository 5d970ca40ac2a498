package dev.heed.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
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

  private static final int ANSWER_MILLIS = 60_000;

  private StaleRegistration() {}

  /** Whether a broker ran on that log and did not shut down. */
  static boolean isLeft(Path log) {
    return Files.exists(log.resolve("meta.properties"))
        && Files.notExists(log.resolve(".kafka_cleanshutdown"));
  }

  /**
   * Runs the controller alone until the broker is registered no more.
   *
   * @param broker as the broker will start, with the controller's listener as its last one
   * @throws IOException when the controller does not answer within a minute
   */
  static void end(Properties broker) throws IOException, InterruptedException {
    String listeners = broker.getProperty("listeners");
    String listener = listeners.substring(listeners.lastIndexOf(',') + 1);
    Properties alone = new Properties();
    alone.putAll(broker);
    alone.put("process.roles", "controller");
    alone.put("listeners", listener);
    var controller = new KafkaRaftServer(new KafkaConfig(alone, false), Time.SYSTEM);
    controller.startup();
    Map<String, Object> client =
        Map.of(
            "bootstrap.controllers",
            listener.substring(listener.lastIndexOf('/') + 1),
            "default.api.timeout.ms",
            ANSWER_MILLIS);
    try (Admin admin = Admin.create(client)) {
      admin.unregisterBroker(Integer.parseInt(broker.getProperty("node.id"))).all().get();
    } catch (ExecutionException e) {
      // It was killed before it had registered.
      if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
        throw new IOException("a killed broker's registration cannot be ended", e.getCause());
      }
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }
}
