package dev.heed.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Whether every group of consumers has committed all that its topics hold, and no more. Offsets of
 * groups that nobody is in, such as a former replica's, are left aside.
 */
final class CaughtUp {

  private static final Duration POLL = Duration.ofMillis(300);
  private static final long ANSWER_SECONDS = 30;

  private final String bootstrap;

  CaughtUp(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  /** What is wrong, and how many partitions of groups were looked at. */
  record Outcome(List<String> broken, int checked) {}

  Outcome look() throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      List<String> broken = new ArrayList<>();
      int checked = 0;
      for (var entry : committed(admin).entrySet()) {
        List<TopicPartition> partitions = List.copyOf(entry.getValue().keySet());
        checked += partitions.size();
        broken.addAll(behind(entry.getKey(), entry.getValue(), partitions));
      }
      return new Outcome(broken, checked);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      return new Outcome(List.of("the broker does not tell the offsets"), 0);
    }
  }

  private static Map<String, Map<TopicPartition, Long>> committed(Admin admin)
      throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException {
    List<String> groups =
        admin.listGroups().all().get(ANSWER_SECONDS, TimeUnit.SECONDS).stream()
            .map(group -> group.groupId())
            .toList();
    var described =
        admin.describeConsumerGroups(groups).all().get(ANSWER_SECONDS, TimeUnit.SECONDS);
    Map<String, Map<TopicPartition, Long>> all = new TreeMap<>();
    for (ConsumerGroupDescription group : described.values()) {
      if (group.groupState() != GroupState.STABLE) {
        continue;
      }
      Map<TopicPartition, Long> offsets = new java.util.HashMap<>();
      Map<TopicPartition, OffsetAndMetadata> said =
          admin
              .listConsumerGroupOffsets(group.groupId())
              .partitionsToOffsetAndMetadata()
              .get(ANSWER_SECONDS, TimeUnit.SECONDS);
      said.forEach(
          (partition, offset) -> {
            if (offset != null) {
              offsets.put(partition, offset.offset());
            }
          });
      if (!offsets.isEmpty()) {
        all.put(group.groupId(), offsets);
      }
    }
    return all;
  }

  /** Counts records that anybody can read and the group has not taken; markers are no records. */
  private List<String> behind(
      String group, Map<TopicPartition, Long> committed, List<TopicPartition> partitions) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", bootstrap,
            "isolation.level", "read_committed",
            "enable.auto.commit", "false",
            "auto.offset.reset", "none");
    List<String> broken = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
      for (TopicPartition partition : partitions) {
        long at = committed.get(partition);
        if (at > ends.get(partition)) {
          broken.add(
              "%s is ahead of %s: %d of %d".formatted(group, partition, at, ends.get(partition)));
        }
        consumer.seek(partition, Math.clamp(at, starts.get(partition), ends.get(partition)));
      }
      Map<TopicPartition, Integer> left =
          new TreeMap<>(java.util.Comparator.comparing(Object::toString));
      long limit = System.nanoTime() + Duration.ofSeconds(ANSWER_SECONDS).toNanos();
      while (System.nanoTime() < limit
          && partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer
            .poll(POLL)
            .forEach(
                r -> left.merge(new TopicPartition(r.topic(), r.partition()), 1, Integer::sum));
      }
      left.forEach(
          (p, n) -> broken.add("%s has not taken %d records of %s".formatted(group, n, p)));
    }
    return broken;
  }
}
