package dev.heed.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The same generation without topics: {@code InferenceTool bench first-text} as a child that
 * answers line by line.
 */
final class InProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedWriter prompts;
  private final BufferedReader timings;

  InProcess(StackFolders folders, String model, int maxTokens) throws IOException {
    process =
        new ProcessBuilder(
                List.of(
                    folders.home().resolve("heed").toString(),
                    "bench",
                    "first-text",
                    "--model",
                    model,
                    "--max-tokens",
                    Integer.toString(maxTokens)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    prompts =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    timings =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Generates once and says how long it took. */
  BenchPipelineCommand.Timing generate(String prompt) throws IOException {
    prompts.write(JSON.createObjectNode().put("prompt", prompt).toString());
    prompts.newLine();
    prompts.flush();
    String line = timings.readLine();
    if (line == null) {
      throw new StackException("the in-process generation ended early; its message is above");
    }
    JsonNode timing = JSON.readTree(line);
    return new BenchPipelineCommand.Timing(
        timing.path("first_ms").asDouble(), timing.path("per_chunk_ms").asDouble());
  }

  @Override
  public void close() throws IOException {
    prompts.close();
    process.destroy();
  }
}
