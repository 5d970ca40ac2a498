package dev.heed.schemas;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates what {@link Topics} declares and a broker lacks. On Kubernetes, Strimzi does this. */
public final class TopicAdmin {

  private TopicAdmin() {}

  /**
   * Creates missing topics and their dead-letter topics, with the broker's replication.
   *
   * @throws IllegalStateException when the broker refuses
   */
  public static void ensure(Admin admin) throws InterruptedException {
    List<NewTopic> wanted = new ArrayList<>();
    for (Topic topic : Topics.ALL) {
      wanted.add(
          new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
              .configs(topic.config()));
      wanted.add(
          new NewTopic(topic.deadLetters(), Optional.of(1), Optional.empty())
              .configs(Map.of("cleanup.policy", "delete")));
    }
    for (var created : admin.createTopics(wanted).values().entrySet()) {
      try {
        created.getValue().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new IllegalStateException("cannot create topic " + created.getKey(), e.getCause());
        }
      }
    }
  }

  /** Creates the topics on the brokers of {@code KAFKA_BOOTSTRAP_SERVERS} and ends. */
  public static void main(String[] args) throws InterruptedException {
    String servers = System.getenv("KAFKA_BOOTSTRAP_SERVERS");
    if (servers == null) {
      System.err.println("set KAFKA_BOOTSTRAP_SERVERS to host:port of a broker");
      System.exit(2);
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      ensure(admin);
    }
  }
}
