package dev.heed.safety.flow;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready before the broker took both consumers into their groups. A connection alone is no
 * proof: one with another service's credentials is made, and refused at the first read.
 */
@Readiness
@ApplicationScoped
class GroupsJoined implements HealthCheck {

  private final Turns turns;
  private final Drafts drafts;

  GroupsJoined(@Identifier("turns") Turns turns, @Identifier("drafts") Drafts drafts) {
    this.turns = turns;
    this.drafts = drafts;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("safety consumer groups")
        .status(turns.joined() && drafts.joined())
        .withData("turns", turns.joined())
        .withData("drafts", drafts.joined())
        .build();
  }

  /** A group may give a consumer no partition; that it answered is what counts. */
  private abstract static class Group implements KafkaConsumerRebalanceListener {

    private volatile boolean joined;

    boolean joined() {
      return joined;
    }

    @Override
    public void onPartitionsAssigned(
        Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
      joined = true;
    }
  }

  /** The listener of the channel {@code turns}. */
  @ApplicationScoped
  @Identifier("turns")
  static class Turns extends Group {}

  /** The listener of the channel {@code drafts}. */
  @ApplicationScoped
  @Identifier("drafts")
  static class Drafts extends Group {}
}
