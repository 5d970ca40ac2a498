package dev.heed.learning.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Runs other services' tools by the front door: JSON lines in, JSON lines out. */
public final class Children {

  private static final JsonMapper JSON = new JsonMapper();

  private final Path heed;
  private final Duration patience;

  /**
   * @param heed the {@code heed} command
   * @param patience longest time of one child; then it is ended
   */
  public Children(Path heed, Duration patience) {
    this.heed = heed;
    this.patience = patience;
  }

  /**
   * Runs {@code heed ARGS}.
   *
   * @param progress told the number of lines that have come
   * @throws IOException when the child fails; its own words are on stderr
   */
  public List<JsonNode> run(List<String> args, List<? extends JsonNode> lines, IntConsumer progress)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(heed.toString()));
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HEED_NO_BUILD", "1");
    Process child = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread stop = new Thread(child::destroy);
    Runtime.getRuntime().addShutdownHook(stop);
    // Threads of their own: on few cores the common pool has one, and writing would keep reading
    // out.
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var fed = CompletableFuture.runAsync(() -> feed(child, lines), threads);
      var read = CompletableFuture.supplyAsync(() -> read(child, progress), threads);
      try {
        awaitEnd(child, args.getFirst());
      } finally {
        child.destroyForcibly(); // before the threads are waited for: they end with its pipes
      }
      fed.join();
      return read.join();
    } finally {
      Runtime.getRuntime().removeShutdownHook(stop);
    }
  }

  private void awaitEnd(Process child, String name) throws IOException, InterruptedException {
    if (!child.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("heed " + name + " took longer than " + patience);
    }
    if (child.exitValue() != 0) {
      throw new IOException("heed " + name + " exited with " + child.exitValue());
    }
  }

  private static void feed(Process child, List<? extends JsonNode> lines) {
    try (var in =
        new BufferedWriter(
            new OutputStreamWriter(child.getOutputStream(), StandardCharsets.UTF_8))) {
      for (JsonNode line : lines) {
        in.write(line.toString());
        in.newLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> read(Process child, IntConsumer progress) {
    List<JsonNode> answers = new ArrayList<>();
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        answers.add(JSON.readTree(line));
        progress.accept(answers.size());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answers;
  }
}
