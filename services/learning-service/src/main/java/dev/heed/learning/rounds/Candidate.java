package dev.heed.learning.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a trainer has made.
 *
 * @param folder it lies in
 * @param manifest as the trainer wrote it
 */
public record Candidate(Path folder, JsonNode manifest) {

  /**
   * Opens a candidate.
   *
   * @throws IOException when a file is missing, is not what the manifest says, or lies elsewhere
   */
  public static Candidate open(Path folder) throws IOException {
    JsonNode manifest = Versions.JSON.readTree(folder.resolve("manifest.json").toFile());
    for (JsonNode file : manifest.path("files")) {
      Path path = folder.resolve(file.path("path").asText()).normalize();
      if (!path.startsWith(folder) || !Files.isRegularFile(path)) {
        throw new IOException("a candidate's file is missing");
      }
      if (!DatasetReader.sha256(path).equals(file.path("sha256").asText())) {
        throw new IOException("a candidate's file has another hash than its manifest");
      }
    }
    return new Candidate(folder, manifest);
  }

  /** What it is: reward, sft, cringe, dpo or director. */
  public String kind() {
    return manifest.path("kind").asText();
  }

  /** The file that is served. */
  public Path artifact() {
    String name =
        switch (kind()) {
          case "reward" -> "reward.onnx";
          case "director" -> "director.onnx_adapter";
          default -> "adapter.onnx_adapter";
        };
    return folder.resolve(name);
  }
}
