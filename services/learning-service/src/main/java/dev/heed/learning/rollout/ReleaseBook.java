package dev.heed.learning.rollout;

import dev.heed.learning.files.Durable;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Releases on disk, each replaced by one rename; what stands there is what the topic must say. */
public final class ReleaseBook {

  private static final String WATCH = ".watch.json";

  private final Path folder;

  /**
   * @param dataDir the learning-service's folder
   */
  public ReleaseBook(Path dataDir) {
    folder = dataDir.resolve("releases");
  }

  /** All releases, oldest first: their ids sort by time. */
  public List<Release> all() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Release> releases = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".json") && !name.endsWith(WATCH)) {
          releases.add(Versions.JSON.readValue(file.toFile(), Release.class));
        }
      }
    }
    return releases;
  }

  void save(Release release) throws IOException {
    Files.createDirectories(folder);
    Durable.replace(
        folder.resolve(release.releaseId() + ".json"), Versions.JSON.writeValueAsBytes(release));
  }

  void save(Release release, CanaryWatch watch) throws IOException {
    Files.createDirectories(folder);
    Durable.replace(
        folder.resolve(release.releaseId() + WATCH), Versions.JSON.writeValueAsBytes(watch));
  }

  /** What a canary has shown; empty: it never was one. */
  public Optional<CanaryWatch> watch(Release release) throws IOException {
    Path file = folder.resolve(release.releaseId() + WATCH);
    return Files.exists(file)
        ? Optional.of(Versions.JSON.readValue(file.toFile(), CanaryWatch.class))
        : Optional.empty();
  }
}
