package dev.heed.learning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.dataset.Manifest;
import dev.heed.learning.export.Exporter;
import dev.heed.learning.export.KAnonymity;
import dev.heed.learning.export.ParquetFile;
import dev.heed.learning.files.Durable;
import dev.heed.learning.rollout.ReleaseBook;
import dev.heed.learning.versions.Affected;
import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.TrainingRow;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heed data}: the data set and its versions, read from disk; the service may run. */
@Command(
    name = "data",
    description = "The data set that learning works with.",
    subcommands = {
      DataCommands.Freeze.class,
      DataCommands.Show.class,
      DataCommands.Stats.class,
      DataCommands.Verify.class,
      DataCommands.Export.class
    })
public final class DataCommands {

  private DataCommands() {}

  /** What all of them take. */
  static final class Place {

    @Mixin private Stack stack;

    @Option(
        names = "--version-name",
        paramLabel = "V",
        description = "Such as v000001; default: the newest.")
    private String name;

    Versions versions() {
      return new Versions(stack.learning(), Clock.systemUTC());
    }

    Path log() {
      return stack.learning().resolve("dataset");
    }

    DataVersion version() throws IOException {
      Optional<DataVersion> version = name == null ? versions().latest() : versions().find(name);
      return version.orElseThrow(
          () -> new IOException("there is no data version yet: ./heed data freeze"));
    }
  }

  private static void print(Place place, JsonNode node) throws IOException {
    var writer = Versions.JSON.writer();
    System.out.println(
        (place.stack.json() ? writer : writer.withDefaultPrettyPrinter()).writeValueAsString(node));
  }

  /** Freezes a version without a round. */
  @Command(name = "freeze", description = "Freezes what the log holds now as a new version.")
  static final class Freeze implements Callable<Integer> {
    @Mixin private Place place;

    @Override
    public Integer call() throws IOException {
      print(place, Versions.JSON.valueToTree(place.versions().freeze()));
      return 0;
    }
  }

  /** A version's manifest, and what was withdrawn since. */
  @Command(
      name = "show",
      description = {
        "The versions, or one with what was withdrawn since and the releases trained on it."
      })
  static final class Show implements Callable<Integer> {
    @Mixin private Place place;

    @Override
    public Integer call() throws IOException {
      if (place.name == null) {
        print(place, Versions.JSON.valueToTree(place.versions().all()));
        return 0;
      }
      DataVersion version = place.version();
      ObjectNode node = Versions.JSON.valueToTree(version);
      Affected affected = new Affected(place.log(), place.versions());
      node.set("withdrawn_since", Versions.JSON.valueToTree(affected.of(version)));
      List<String> releases = new ArrayList<>();
      for (var release : new ReleaseBook(place.stack.learning()).all()) {
        if (release.dataVersion().equals(version.version())) {
          releases.add(release.fullName());
        }
      }
      node.set("releases", Versions.JSON.valueToTree(releases));
      print(place, node);
      return 0;
    }
  }

  /** Counts. */
  @Command(name = "stats", description = "What a version holds, in numbers.")
  static final class Stats implements Callable<Integer> {
    @Mixin private Place place;

    @Override
    public Integer call() throws IOException {
      DataVersion version = place.version();
      List<TrainingRow> rows = Exporter.rows(place.versions(), version);
      ObjectNode node = Versions.JSON.createObjectNode().put("version", version.version());
      node.set("counts", Versions.JSON.valueToTree(version.counts()));
      node.set("mass", Versions.JSON.valueToTree(version.mass()));
      double right = rows.stream().mapToDouble(TrainingRow::pRight).average().orElse(0);
      node.put("mean_p_right", right);
      node.put("mean_good", rows.stream().mapToDouble(TrainingRow::good).average().orElse(0));
      ObjectNode models = node.putObject("by_adapter");
      for (TrainingRow row : rows) {
        String adapter = row.adapter().orElse("base");
        models.put(adapter, models.path(adapter).asLong() + 1);
      }
      print(place, node);
      return 0;
    }
  }

  /** Hashes. */
  @Command(
      name = "verify",
      description =
          "Checks every version and sealed segment against its hash. Exit code 1: damaged.")
  static final class Verify implements Callable<Integer> {
    @Mixin private Place place;

    @Override
    public Integer call() throws IOException {
      List<String> wrong = new ArrayList<>();
      int files = 0;
      for (DataVersion version : place.versions().all()) {
        wrong.addAll(place.versions().damage(version));
        files += version.files().size();
      }
      DatasetReader log = DatasetReader.of(place.log());
      long[] rows = {0};
      log.rows(row -> rows[0]++);
      for (Manifest.Segment segment : log.manifest().segments()) {
        if (segment.sha256().isPresent()) {
          files++;
          String hash = DatasetReader.sha256(place.log().resolve(segment.file()));
          if (!hash.equals(segment.sha256().get())) {
            wrong.add(segment.file() + " has another hash than the manifest");
          }
        }
      }
      ObjectNode node = Versions.JSON.createObjectNode().put("sound", wrong.isEmpty());
      node.put("versions", place.versions().all().size()).put("files", files);
      node.put("log_rows", rows[0]);
      node.set("damage", Versions.JSON.valueToTree(wrong));
      print(place, node);
      return wrong.isEmpty() ? 0 : 1;
    }
  }

  /** Hands a version on. */
  @Command(
      name = "export",
      description = {
        "Writes a version: weighted (for trainers), bb3x (BlenderBot 3x's release format), jsonl,",
        "preference (pairs) or parquet. All but weighted are made k-anonymous first; the texts are",
        "as they are: read the data card before you hand them on."
      })
  static final class Export implements Callable<Integer> {
    @Mixin private Place place;

    @Option(names = "--format", required = true, description = "${COMPLETION-CANDIDATES}.")
    private Exporter.Format format;

    @Option(
        names = "--k",
        defaultValue = "5",
        description = "Least people of a combination of time, model and axes; default 5.")
    private int k;

    @Option(names = "--out", description = "File; default: standard output (not with parquet).")
    private Path out;

    @Override
    public Integer call() throws IOException {
      if (format == Exporter.Format.PARQUET && out == null || k < 1) {
        System.err.println("heed data: parquet needs --out FILE; --k is at least 1");
        return 2;
      }
      DataVersion version = place.version();
      List<TrainingRow> rows = Exporter.rows(place.versions(), version);
      if (format != Exporter.Format.WEIGHTED) {
        KAnonymity anonymous = KAnonymity.of(rows, k);
        rows = anonymous.rows();
        System.err.printf(
            Locale.ROOT,
            "%s: %d rows, %d left out, times by %s, each combination of at least %d people%n",
            version.version(),
            rows.size(),
            anonymous.suppressed(),
            anonymous.timeUnit(),
            anonymous.smallest());
      }
      List<JsonNode> lines = Exporter.lines(format, rows);
      if (format == Exporter.Format.PARQUET) {
        ParquetFile.write(lines, out);
      } else if (out == null) {
        PrintStream stdout = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        lines.forEach(stdout::println);
        stdout.flush();
        return stdout.checkError() ? 1 : 0;
      } else {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        Durable.write(out, text.toString().getBytes(StandardCharsets.UTF_8));
      }
      System.err.printf("%d lines, %d bytes in %s%n", lines.size(), Files.size(out), out);
      return 0;
    }
  }
}
