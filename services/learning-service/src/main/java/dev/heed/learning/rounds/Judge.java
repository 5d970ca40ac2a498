package dev.heed.learning.rounds;

import dev.heed.learning.config.GatesConfig;
import dev.heed.learning.config.RoundsConfig;
import dev.heed.learning.files.Durable;
import dev.heed.learning.gates.Case;
import dev.heed.learning.gates.Thresholds;
import dev.heed.learning.rollout.Release;
import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Lets the gates judge a candidate in a process of their own, which leaves a report. */
final class Judge implements RoundRunner.Judging {

  private static final int HEAP_MEGABYTES = 512;
  private static final long MOST_BYTES = 2L << 30;

  /** What serves all people now, of a kind of training. */
  interface Serving {
    Optional<Release> live(String kind) throws IOException;
  }

  private final RoundBook book;
  private final Versions versions;
  private final RoundsConfig config;
  private final GatesConfig gates;
  private final Serving serving;

  Judge(
      RoundBook book, Versions versions, RoundsConfig config, GatesConfig gates, Serving serving) {
    this.book = book;
    this.versions = versions;
    this.config = config;
    this.gates = gates;
    this.serving = serving;
  }

  @Override
  public BoundedChild.End judge(Round round, String dataVersion) throws IOException {
    Path folder = book.path(round.number());
    DataVersion version = versions.find(dataVersion).orElseThrow();
    Optional<Path> before = version.previous().flatMap(name -> of(name).map(versions::path));
    Optional<Path> released = serving.live(round.kind()).map(live -> book.candidate(live.round()));
    Case judged =
        new Case(
            book.candidate(round.number()),
            versions.path(version),
            before,
            released,
            config.model(),
            config.tools(),
            Thresholds.of(gates),
            folder.resolve("report.json"));
    Path file = folder.resolve("case.json");
    Durable.replace(file, Versions.JSON.writeValueAsBytes(judged));
    List<String> command =
        OwnTools.command(HEAP_MEGABYTES, List.of("learn", "judge", file.toString()));
    var bounds = new BoundedChild.Bounds(config.judgeTime(), MOST_BYTES);
    return BoundedChild.start(command, folder.resolve("gates.log"), bounds, line -> {}).await();
  }

  private Optional<DataVersion> of(String name) {
    try {
      return versions.find(name);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
