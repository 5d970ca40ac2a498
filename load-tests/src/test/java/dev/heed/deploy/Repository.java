package dev.heed.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Reads what lies in the checkout, and runs the tools that read it. */
final class Repository {

  static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  static final Path K8S = HOME.resolve("k8s");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a tool said and how it ended. */
  record Outcome(int code, String out, String err) {}

  private Repository() {}

  static String text(String path) {
    try {
      return Files.readString(HOME.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String path) {
    try {
      return JSON.readTree(text(path));
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  /** Every document of a YAML text. */
  static List<JsonNode> yaml(String text) {
    try (var parser = new YAMLFactory().createParser(text)) {
      List<JsonNode> all = new ArrayList<>();
      new YAMLMapper()
          .readerFor(JsonNode.class)
          .<JsonNode>readValues(parser)
          .forEachRemaining(all::add);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files under a folder whose names end so, in order. */
  static List<Path> files(String folder, String ending) {
    try (Stream<Path> all = Files.walk(HOME.resolve(folder))) {
      return all.filter(path -> path.toString().endsWith(ending))
          .filter(path -> !HOME.relativize(path).toString().contains("target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every main source of every service, with its path. */
  static List<Path> serviceSources() {
    return files("services", ".java").stream()
        .filter(path -> path.toString().contains("src/main/java"))
        .toList();
  }

  /** Renders an overlay with kustomize (HEED_KUSTOMIZE, else kubectl's own). */
  static List<JsonNode> render(String overlay) {
    String kustomize = System.getenv("HEED_KUSTOMIZE");
    List<String> command =
        kustomize == null || kustomize.isBlank()
            ? List.of("kubectl", "kustomize")
            : List.of(kustomize, "build");
    List<String> whole = new ArrayList<>(command);
    whole.add(K8S.resolve("overlays").resolve(overlay).toString());
    Outcome outcome = run(whole);
    if (outcome.code() != 0) {
      throw new IllegalStateException("kustomize failed for " + overlay + ": " + outcome.err());
    }
    return yaml(outcome.out());
  }

  /** Runs a tool to its end, at most two minutes. */
  static Outcome run(List<String> command) {
    try {
      Path out = Files.createTempFile("heed-tool", ".out");
      Path err = Files.createTempFile("heed-tool", ".err");
      Process process =
          new ProcessBuilder(command)
              .directory(HOME.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("no end of " + command);
      }
      return new Outcome(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
