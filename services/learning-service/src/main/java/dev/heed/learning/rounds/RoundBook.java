package dev.heed.learning.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.files.Durable;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Rounds on disk: one folder each; its state is replaced by one rename. */
public final class RoundBook {

  private final Path folder;

  /**
   * @param dataDir the learning-service's folder
   */
  public RoundBook(Path dataDir) {
    folder = dataDir.resolve("rounds");
  }

  /** All rounds, oldest first. */
  public List<Round> all() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Round> rounds = new ArrayList<>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.sorted().toList()) {
        Path state = path.resolve("state.json");
        if (Files.exists(state)) {
          rounds.add(Versions.JSON.readValue(state.toFile(), Round.class));
        }
      }
    }
    return rounds;
  }

  /** The round of that number. */
  public Optional<Round> find(int number) throws IOException {
    return all().stream().filter(round -> round.number() == number).findFirst();
  }

  /** The round that goes on by itself; empty: none does. */
  Optional<Round> active() throws IOException {
    return all().stream().filter(round -> !round.state().resting()).findFirst();
  }

  void save(Round round) throws IOException {
    Files.createDirectories(path(round.number()));
    Durable.replace(
        path(round.number()).resolve("state.json"), Versions.JSON.writeValueAsBytes(round));
  }

  /** Where a round lies. */
  public Path path(int number) {
    return folder.resolve("r%06d".formatted(number));
  }

  /** The candidate's folder: there whole, or not at all. */
  public Path candidate(int number) {
    return path(number).resolve("candidate");
  }

  /** What the gates found; empty before they did. */
  public Optional<JsonNode> report(int number) throws IOException {
    Path file = path(number).resolve("report.json");
    return Files.exists(file)
        ? Optional.of(Versions.JSON.readTree(file.toFile()))
        : Optional.empty();
  }
}
