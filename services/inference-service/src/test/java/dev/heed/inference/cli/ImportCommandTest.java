package dev.heed.inference.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code model import} as a person runs it, on the real GGUF file that HEED_GGUF names. */
class ImportCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void importsTheRealModel() throws Exception {
    // Given
    Path target = folder.resolve("models").resolve("smol");

    // When: nothing to measure; what is measured by default ./heed fetch imports before the tests
    int code = run("--dynamic", "none", "--cache", "float32", gguf(), target.toString());

    // Then
    assertEquals(0, code, err::toString);
    JsonNode line = JSON.readTree(out.toString());
    assertEquals(30, line.path("layers").asInt());
    JsonNode config = JSON.readTree(target.resolve("genai_config.json").toFile());
    assertEquals(49152, config.path("model").path("vocab_size").asInt());
    JsonNode card = JSON.readTree(target.resolve("card.json").toFile());
    assertEquals("SmolLM2-135M-Instruct.Q4_1.gguf", card.path("source_file").asText());
    assertEquals(line.path("source_sha256"), card.path("source_sha256"));
    assertTrue(err.toString().contains("layer 30 of 30"), err::toString);
    assertEquals(List.of("smol"), children(target.getParent()));
    assertTokenizes(target);
  }

  /** Ids that the model's own tokenizer (Hugging Face, SmolLM2-135M-Instruct) gives. */
  private static void assertTokenizes(Path target) throws Exception {
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(target.resolve("tokenizer.json"))) {
      long[] ids = tokenizer.encode("<|im_start|>user\nWhat is the capital of France?").getIds();
      assertEquals(
          List.of(1L, 4093L, 198L, 1780L, 314L, 260L, 3575L, 282L, 4649L, 47L),
          java.util.Arrays.stream(ids).boxed().toList());
    }
  }

  @Test
  void leavesAnExistingFolderAlone() throws Exception {
    // Given
    Path target = Files.createDirectory(folder.resolve("taken"));

    // When
    int code = run(gguf(), target.toString());

    // Then
    assertEquals(1, code);
    assertEquals("error: " + target + " exists; --force replaces it", err.toString().strip());
    assertEquals("", out.toString());
  }

  @Test
  void forceReplacesNothingButAModel() throws Exception {
    // Given
    Path target = Files.createDirectory(folder.resolve("letters"));
    Files.writeString(target.resolve("letter.txt"), "dear");

    // When
    int code = run("--force", gguf(), target.toString());

    // Then
    assertEquals(1, code);
    assertTrue(err.toString().contains("holds no model"), err::toString);
    assertEquals(List.of("letter.txt"), children(target));
  }

  @Test
  void forceReplacesAModel() throws Exception {
    // Given
    Path target = Files.createDirectory(folder.resolve("model"));
    Files.writeString(target.resolve("genai_config.json"), "{}");
    Files.writeString(target.resolve("old.txt"), "");

    // When: by the recipe that needs no run of the model to measure its ranges
    int code = run("--force", "--dynamic", "none", "--cache", "float32", gguf(), target.toString());

    // Then
    assertEquals(0, code, err::toString);
    assertFalse(Files.exists(target.resolve("old.txt")));
    assertEquals(List.of("model"), children(folder));
  }

  @Test
  void aDamagedFileLeavesNothingBehind() throws Exception {
    // Given
    Path source = folder.resolve("damaged.gguf");
    byte[] start;
    try (var in = Files.newInputStream(Path.of(gguf()))) {
      start = in.readNBytes(1 << 20);
    }
    Files.write(source, start);

    // When
    int code = run(source.toString(), folder.resolve("model").toString());

    // Then
    assertEquals(1, code);
    String message = err.toString().lines().toList().getLast();
    assertTrue(message.startsWith("error: GGUF field 'tokenizer.ggml."), message);
    assertTrue(message.contains("at byte "), message);
    assertEquals(List.of("damaged.gguf"), children(folder));
  }

  @Test
  void aPlaceThatIsNoFolderGivesOneLine() throws Exception {
    // Given
    Path file = Files.writeString(folder.resolve("file"), "");

    // When
    int code = run(gguf(), file.resolve("model").toString());

    // Then
    assertEquals(1, code);
    assertTrue(err.toString().startsWith("error: " + file), err::toString);
    assertEquals(1, err.toString().lines().count());
  }

  @Test
  void aFullDiskIsSaidPlainly() {
    // Given
    IOException full = new IOException("No space left on device");

    // When
    String line = ImportCommand.explain(full, Path.of("models", "mine"));

    // Then
    assertEquals("the disk of models/mine is full; an import needs up to 3 times SRC's size", line);
  }

  @Test
  void wrongUsageAndHelp() {
    // When
    int wrong = run();
    int negative = run("--max-context", "-1", "source", "target");
    int unknown = run("--dynamic", "embedding", "source", "target");
    int help = run("--help");

    // Then
    assertEquals(List.of(2, 2, 2), List.of(wrong, negative, unknown));
    assertEquals(0, help);
    assertTrue(out.toString().contains("SRC"), out::toString);
    assertTrue(out.toString().contains("--force"), out::toString);
  }

  private int run(String... arguments) {
    CommandLine command = new CommandLine(new ModelCommand());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(
        Stream.concat(Stream.of("import"), Stream.of(arguments)).toArray(String[]::new));
  }

  private static String gguf() {
    String file = System.getenv("HEED_GGUF");
    assertNotNull(file, "HEED_GGUF names no GGUF file: run ./heed test");
    return file;
  }

  private static List<String> children(Path folder) throws Exception {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }
}
