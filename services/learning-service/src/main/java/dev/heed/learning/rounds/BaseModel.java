package dev.heed.learning.rounds;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The base model that is served, as replies name it. */
final class BaseModel {

  private static final int DIGITS = 16;

  private BaseModel() {}

  /** Its version in {@code ModelRef}: SHA-256 of graph and weights, the first 16 hex digits. */
  static String version(Path folder) throws IOException {
    String file =
        new JsonMapper()
            .readTree(folder.resolve("genai_config.json").toFile())
            .at("/model/decoder/filename")
            .asText("model.onnx");
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
        for (Path part : new Path[] {folder.resolve(file), folder.resolve(file + ".data")}) {
          if (Files.isRegularFile(part)) {
            try (InputStream in = Files.newInputStream(part)) {
              in.transferTo(sink);
            }
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
