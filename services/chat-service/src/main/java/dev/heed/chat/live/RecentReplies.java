package dev.heed.chat.live;

import dev.heed.chat.config.ChatConfig;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a replica begins to read chat.replies: far enough back to know, whole, every reply that may
 * still be under way, so that a stream can be taken up at a replica that has just started.
 */
@ApplicationScoped
@Identifier("recent-replies")
public class RecentReplies implements KafkaConsumerRebalanceListener {

  private final Duration back;

  RecentReplies(ChatConfig config) {
    this.back = config.deadline();
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    long since = Instant.now().minus(back).toEpochMilli();
    Map<TopicPartition, Long> times =
        partitions.stream().collect(Collectors.toMap(partition -> partition, _ -> since));
    consumer
        .offsetsForTimes(times)
        .forEach(
            (partition, found) -> {
              if (found != null) {
                consumer.seek(partition, found.offset());
              }
            });
  }
}
