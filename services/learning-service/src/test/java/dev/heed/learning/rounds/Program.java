package dev.heed.learning.rounds;

import dev.heed.learning.config.GatesConfig;
import dev.heed.learning.config.RoundsConfig;
import dev.heed.learning.versions.Versions;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Takes the round of a folder to its end, as the service does; a process of its own, to be killed.
 */
public final class Program {

  private final RoundBook book;
  private final RoundRunner runner;

  Program(Path data, Runnable step) {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(RoundsConfig.class)
            .withMapping(GatesConfig.class)
            .withDefaultValue("heed.learning.rounds.attempts", "100")
            .withDefaultValue("heed.learning.gates.rating-millis", "60000")
            .build();
    RoundsConfig rounds = config.getConfigMapping(RoundsConfig.class);
    book = new RoundBook(data);
    Versions versions = new Versions(data, Clock.systemUTC());
    Judge judge =
        new Judge(
            book,
            versions,
            rounds,
            config.getConfigMapping(GatesConfig.class),
            _ -> Optional.empty());
    runner =
        new RoundRunner(
            book,
            versions,
            rounds,
            judge,
            (round, _, _) -> "release-" + round.number(),
            Clock.systemUTC(),
            (_, _) -> step.run());
  }

  RoundBook book() {
    return book;
  }

  /** The round at rest. */
  Round run() throws IOException {
    Optional<Round> active = book.active();
    Round last = null;
    while (active.isPresent()) {
      last = runner.advance(active.get());
      active = book.active();
    }
    return last;
  }

  /**
   * @param args the data folder
   */
  public static void main(String[] args) throws IOException {
    new Program(Path.of(args[0]), () -> {}).run();
  }
}
