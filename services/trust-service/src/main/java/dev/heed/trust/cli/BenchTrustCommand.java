package dev.heed.trust.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.trust.flow.StreamsBench;
import dev.heed.trust.reliability.Memory;
import dev.heed.trust.reliability.Params;
import dev.heed.trust.reliability.TrustFilter;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heed bench trust}: updates a second of the filter alone, on one core. */
@Command(name = "trust", description = "Measures the filter's updates a second on one core.")
final class BenchTrustCommand implements Callable<Integer> {

  @Option(names = "--events", defaultValue = "300000", description = "Ratings that are measured.")
  int events;

  @Option(names = "--users", defaultValue = "20000", description = "Raters.")
  int users;

  @Option(
      names = "--streams",
      description = "Also measure the topology through Kafka, with exactly-once.")
  boolean streams;

  @Option(
      names = "--backlog",
      defaultValue = "100000",
      description = "With --streams: events that wait when the topology starts.")
  int backlog;

  @Option(
      names = "--restore",
      paramLabel = "PEOPLE",
      description = "Only measure what so many people weigh in the stores, and their restoration.")
  Integer restore;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Tries another setting of Kafka Streams, for example num.stream.threads=1.")
  Map<String, String> set = Map.of();

  @Option(names = "--json", description = "One JSON object a line on standard output.")
  boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (restore != null) {
      return restore();
    }
    for (boolean revise : new boolean[] {false, true}) {
      run(revise, events / 10, 1); // warm-up
      long begin = System.nanoTime();
      run(revise, events, 2);
      double rate = events / ((System.nanoTime() - begin) / 1e9);
      var line = new ObjectMapper().createObjectNode().put("bench", "trust");
      line.put("revision", revise).put("events", events).put("users", users);
      line.put("updates_per_second", Math.round(rate));
      System.out.println(
          json ? line.toString() : "revision %s: %.0f updates/s".formatted(revise, rate));
    }
    return streams ? streams() : 0;
  }

  private static int noBroker() {
    System.err.println("heed bench trust: no broker; run ./heed build first");
    return 1;
  }

  private int restore() throws IOException, InterruptedException {
    var measured = BenchStreams.restore(restore, set);
    if (measured.isEmpty()) {
      return noBroker();
    }
    StreamsBench.Restored result = measured.get();
    var line = new ObjectMapper().createObjectNode().put("bench", "trust-restore");
    line.put("people", result.people()).put("records", result.records());
    line.put("bytes_per_person", Math.round(result.bytesPerPerson()));
    line.put("seconds", result.seconds());
    System.out.println(
        json
            ? line.toString()
            : "%d people: %.0f bytes each, restored from an empty disk in %.1f s"
                .formatted(result.people(), result.bytesPerPerson(), result.seconds()));
    return 0;
  }

  private int streams() throws IOException, InterruptedException {
    var measured = BenchStreams.run(backlog, users, 1000, Duration.ofSeconds(10), set);
    if (measured.isEmpty()) {
      return noBroker();
    }
    StreamsBench.Result result = measured.get();
    var line = new ObjectMapper().createObjectNode().put("bench", "trust-streams");
    line.put("events", result.events()).put("users", users);
    line.put("events_per_second", Math.round(result.eventsPerSecond()));
    line.put("rate", result.rate()).put("p50_ms", result.p50Millis());
    line.put("p99_ms", result.p99Millis());
    System.out.println(
        json
            ? line.toString()
            : "through Kafka, exactly once: %.0f events/s; at %.0f/s p50 %.0f ms, p99 %.0f ms"
                .formatted(
                    result.eventsPerSecond(),
                    result.rate(),
                    result.p50Millis(),
                    result.p99Millis()));
    return 0;
  }

  private void run(boolean revise, int count, long seed) {
    Params params = revise ? Params.DEFAULT : Params.ONE_PASS;
    TrustFilter filter = new TrustFilter(params, Memory.inMaps());
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      String user = "u" + random.nextInt(users);
      double prior = random.nextDouble();
      int label = random.nextDouble() < prior ? 1 : 0;
      filter.rate(user, "i" + i / 2, label, OptionalDouble.of(prior));
    }
  }
}
