package dev.heed.learning.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.config.RoundsConfig;
import dev.heed.learning.files.Durable;
import dev.heed.learning.versions.DataVersion;
import dev.heed.learning.versions.Split;
import dev.heed.learning.versions.TrainingRow;
import dev.heed.learning.versions.Versions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Starts the trainer of a round. It sees the train split alone, a tenth of which it is told to
 * choose by; dev and test are for the gates.
 */
final class Trainer {

  private static final int MEGABYTE = 1 << 20;

  private final RoundBook book;
  private final Versions versions;
  private final RoundsConfig config;

  Trainer(RoundBook book, Versions versions, RoundsConfig config) {
    this.book = book;
    this.versions = versions;
    this.config = config;
  }

  /** A trainer at work. */
  record Running(BoundedChild child, AtomicReference<String> failure) {}

  /**
   * Starts it, or starts it again from its checkpoint.
   *
   * @param progress told of each step
   */
  Running start(Round round, String dataVersion, boolean resume, Consumer<Progress> progress)
      throws IOException {
    Path rows = rows(round, dataVersion);
    String out = "--out=" + book.candidate(round.number());
    BoundedChild.endThoseWith(out);
    List<String> command = new ArrayList<>(program());
    command.addAll(
        List.of(
            "train",
            "--kind=" + round.kind(),
            "--data=" + rows,
            out,
            "--seed=" + (config.seed() + round.number()),
            "--max-seconds=" + config.trainerTime().toSeconds(),
            "--max-memory-mb=" + config.trainerMemory().asLongValue() / MEGABYTE));
    config.gguf().ifPresent(gguf -> command.add("--gguf=" + gguf));
    config.trainerOptions().ifPresent(command::addAll);
    if (resume) {
      command.add("--resume");
    }
    AtomicReference<String> failure = new AtomicReference<>("trainer-died");
    var bounds =
        new BoundedChild.Bounds(
            config.trainerTime().plusSeconds(60), config.trainerMemory().asLongValue());
    Path log = book.path(round.number()).resolve("trainer.log");
    BoundedChild child =
        BoundedChild.start(command, log, bounds, line -> heard(line, failure, progress));
    return new Running(child, failure);
  }

  private List<String> program() {
    int heap = (int) (config.trainerMemory().asLongValue() / MEGABYTE / 2);
    return config.trainer().orElseGet(() -> OwnTools.command(heap, List.of("learn")));
  }

  private static void heard(
      String line, AtomicReference<String> failure, Consumer<Progress> progress) {
    Progress.line(line)
        .ifPresent(
            node -> {
              switch (node.path("event").asText()) {
                case "step" -> progress.accept(Progress.of(node));
                case "failed" -> failure.set(code(node));
                default -> {} // done: what counts is the folder
              }
            });
  }

  private static String code(JsonNode failed) {
    String code = failed.path("reason").asText("");
    return code.matches("[a-z0-9_-]{1,40}") ? code : "trainer-failed";
  }

  private Path rows(Round round, String dataVersion) throws IOException {
    Path file = book.path(round.number()).resolve("rows.jsonl");
    if (Files.exists(file)) {
      return file;
    }
    DataVersion version = versions.find(dataVersion).orElseThrow();
    Path partial = file.resolveSibling("rows.jsonl.new");
    try (BufferedWriter out = Files.newBufferedWriter(partial, StandardCharsets.UTF_8)) {
      versions.rows(
          version,
          row -> {
            if (row.split() == Split.TRAIN) {
              write(out, row);
            }
          });
    }
    Durable.force(partial);
    return Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(BufferedWriter out, TrainingRow row) {
    try {
      ObjectNode node = Versions.JSON.valueToTree(row);
      node.put("split", Split.choosing(row.conversation()) ? "dev" : "train");
      out.write(node.retain(TrainingRow.CONTRACT).toString());
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
