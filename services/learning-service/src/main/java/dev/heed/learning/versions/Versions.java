package dev.heed.learning.versions;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.dataset.Manifest;
import dev.heed.learning.files.Durable;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The frozen versions of the data set: one folder each, which appears by one rename when it is
 * whole and never changes. A version holds what consent and erasure allow at the moment of the
 * freeze.
 */
public final class Versions {

  private static final String MANIFEST = "manifest.json";
  private static final long BUCKET_BYTES = 8 << 20;

  /** Reads and writes the rows and manifests of versions. */
  public static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Path log;
  private final Path folder;
  private final Clock clock;

  /**
   * @param dataDir the learning-service's folder
   */
  public Versions(Path dataDir, Clock clock) {
    this.log = dataDir.resolve("dataset");
    this.folder = dataDir.resolve("versions");
    this.clock = clock;
  }

  /** All versions, oldest first. */
  public List<DataVersion> all() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<DataVersion> versions = new ArrayList<>();
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path path :
          folders.filter(p -> p.getFileName().toString().startsWith("v")).sorted().toList()) {
        versions.add(JSON.readValue(path.resolve(MANIFEST).toFile(), DataVersion.class));
      }
    }
    return versions;
  }

  /** The newest version; empty when there is none. */
  public Optional<DataVersion> latest() throws IOException {
    List<DataVersion> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /** The version of that name; empty when there is none. */
  public Optional<DataVersion> find(String version) throws IOException {
    return all().stream().filter(v -> v.version().equals(version)).findFirst();
  }

  /** Where a version lies. */
  public Path path(DataVersion version) {
    return folder.resolve(version.version());
  }

  /** Every row of a version. */
  public void rows(DataVersion version, Consumer<TrainingRow> row) throws IOException {
    Path file = path(version).resolve(DataVersion.ROWS);
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        row.accept(JSON.readValue(line, TrainingRow.class));
      }
    }
  }

  /**
   * What is wrong with a version's files; empty: they are what the manifest says.
   *
   * @return file names with what was found, no contents
   */
  public List<String> damage(DataVersion version) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (DataVersion.FileEntry file : version.files()) {
      Path path = path(version).resolve(file.path());
      if (!Files.exists(path)) {
        wrong.add(version.version() + "/" + file.path() + " is missing");
      } else if (!DatasetReader.sha256(path).equals(file.sha256())) {
        wrong.add(version.version() + "/" + file.path() + " has another hash than the manifest");
      }
    }
    return wrong;
  }

  /**
   * Freezes what the log holds now; the newest version when nothing was committed since.
   *
   * @throws IOException when the disk fails; then there is no new version
   */
  public synchronized DataVersion freeze() throws IOException {
    DatasetReader reader = DatasetReader.of(log);
    Manifest manifest = reader.manifest();
    Optional<DataVersion> last = latest();
    if (last.isPresent() && last.get().source().commits() == manifest.commits()) {
      return last.get();
    }
    int number = last.map(v -> Integer.parseInt(v.version().substring(1))).orElse(0) + 1;
    String name = "v%06d".formatted(number);
    Files.createDirectories(folder);
    Path staging = folder.resolve("staging-" + name);
    Durable.deleteTree(staging);
    Files.createDirectories(staging);
    Counting counting = new Counting();
    write(reader, staging, counting);
    DataVersion version =
        new DataVersion(
            DataVersion.FORMAT,
            name,
            last.map(DataVersion::version),
            clock.instant().truncatedTo(ChronoUnit.HOURS).toString(),
            new DataVersion.Source(
                manifest.commits(),
                manifest.rowCount(),
                manifest.tombstones().rows(),
                manifest.offsets()),
            counting.counts(),
            counting.mass(),
            List.of(entry(staging, DataVersion.ROWS)));
    Durable.write(staging.resolve("README.md"), DataCard.of(version));
    Durable.write(staging.resolve(MANIFEST), JSON.writeValueAsBytes(version));
    Durable.publish(staging, folder.resolve(name));
    return version;
  }

  private static DataVersion.FileEntry entry(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    return new DataVersion.FileEntry(name, DatasetReader.sha256(file), Files.size(file));
  }

  /** Divides the log by conversation into buckets that fit into memory, and joins each. */
  private static void write(DatasetReader reader, Path staging, Counting counting)
      throws IOException {
    int buckets = (int) Math.max(1, reader.manifest().byteCount() / BUCKET_BYTES);
    List<Path> files = new ArrayList<>();
    List<BufferedWriter> writers = new ArrayList<>();
    try {
      for (int i = 0; i < buckets; i++) {
        files.add(staging.resolve("bucket-" + i));
        writers.add(Files.newBufferedWriter(files.get(i), StandardCharsets.UTF_8));
      }
      reader.usableRows(
          row -> {
            int bucket = Math.floorMod(row.path("conversation").asText().hashCode(), buckets);
            line(writers.get(bucket), row);
          });
    } finally {
      for (BufferedWriter writer : writers) {
        writer.close();
      }
    }
    try (BufferedWriter out =
        Files.newBufferedWriter(staging.resolve(DataVersion.ROWS), StandardCharsets.UTF_8)) {
      for (Path file : files) {
        join(file, out, counting);
        Files.delete(file);
      }
    }
    Durable.force(staging.resolve(DataVersion.ROWS));
  }

  private static void join(Path bucket, BufferedWriter out, Counting counting) throws IOException {
    Joiner joiner = new Joiner();
    try (BufferedReader in = Files.newBufferedReader(bucket, StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        joiner.take(JSON.readTree(line));
      }
    }
    joiner.rows(
        row -> {
          counting.add(row);
          line(out, JSON.valueToTree(row));
        });
    counting.count("without_reply_or_turn", joiner.alone());
  }

  private static void line(BufferedWriter out, JsonNode node) {
    try {
      out.write(node.toString());
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
