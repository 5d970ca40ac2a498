package dev.heed.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What load and chaos take alike. */
final class RunOptions {

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "People at once (default: ${DEFAULT-VALUE}).")
  int users = 20;

  @Option(
      names = "--arrivals",
      paramLabel = "RATE",
      description =
          "Open loop in the place of --users: new people per second, each for one conversation.")
  double arrivals;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "How long (default: ${DEFAULT-VALUE}).")
  double minutes = 2;

  @Option(
      names = "--adversarial",
      paramLabel = "SHARE",
      description = "Share of adversaries, 0 to 1 (default: ${DEFAULT-VALUE}).")
  double adversarial = 0.3;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Who says what (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(
      names = "--think",
      paramLabel = "SECONDS",
      description = "Mean pause between two turns of a person (default: ${DEFAULT-VALUE}).")
  double think = 5;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Longest reply (default: ${DEFAULT-VALUE}).")
  int maxTokens = 32;

  @Option(
      names = "--rates",
      paramLabel = "SHARE",
      description =
          "Share of replies that get a thumb (default: ${DEFAULT-VALUE}; real people rate 0.05).")
  double rates = 0.8;

  @Option(
      names = "--consent",
      paramLabel = "SHARE",
      description =
          "Share of people who let Heed learn from their conversations (default: ${DEFAULT-VALUE}).")
  double consent;

  @Option(
      names = "--taste",
      paramLabel = "TASTE",
      description =
          "What honest people like in replies to ordinary inputs: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}).")
  Taste taste = Taste.HARMLESS;

  @Option(
      names = "--reviewer",
      description = "An operator answers the review questions meanwhile, always right.")
  boolean reviewer;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of the running stack (or HEED_DATA_DIR; default: .heed).")
  Path data;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where report.html and report.json go (default: target/load).")
  Path report;

  /**
   * @throws IllegalArgumentException when a number is out of its range
   */
  void check() {
    require(users >= 1 && users <= 2000, "--users must lie between 1 and 2000");
    require(arrivals >= 0 && arrivals <= 1000, "--arrivals must lie between 0 and 1000");
    require(minutes > 0 && minutes <= 24 * 60, "--minutes must lie between 0 and 1440");
    require(adversarial >= 0 && adversarial <= 1, "--adversarial must lie between 0 and 1");
    require(consent >= 0 && consent <= 1, "--consent must lie between 0 and 1");
    require(rates >= 0 && rates <= 1, "--rates must lie between 0 and 1");
    require(think >= 0, "--think must not be negative");
    require(maxTokens >= 1, "--max-tokens must be 1 or more");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  static Path home() {
    return Path.of(System.getProperty("heed.home", ".")).toAbsolutePath().normalize();
  }

  Path dataFolder() {
    return Optional.ofNullable(data)
        .or(() -> Optional.ofNullable(System.getenv("HEED_DATA_DIR")).map(Path::of))
        .orElse(home().resolve(".heed"));
  }

  Path reportFolder() {
    return report != null ? report : home().resolve("target/load");
  }

  Duration length() {
    return Duration.ofMillis(Math.round(minutes * 60_000));
  }

  Duration thinkTime() {
    return Duration.ofMillis(Math.round(think * 1000));
  }
}
