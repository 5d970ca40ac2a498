package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadProgressTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void isSeenFromTheFileThatGrows() throws Exception {
    try (var unused = new DownloadProgress(folder, 5_000_000, false, out)) {
      Files.write(folder.resolve("working-copy"), new byte[2_000_000]);
      Awaitility.await().until(() -> text().contains("2 of 5 MB"));
      Files.write(folder.resolve("working-copy"), new byte[5_000_000]);
      Awaitility.await().until(() -> text().contains("5 of 5 MB"));
    }
    assertEquals(2, text().lines().count(), this::text);
  }

  @Test
  void isABarInATerminal() {
    try (var progress = new DownloadProgress(folder, 10_000_000, true, out)) {
      progress.show(5_000_000);
      assertTrue(
          text().contains("\r  [" + "#".repeat(20) + ".".repeat(20) + "] 5 of 10 MB"), this::text);
    }
  }
}
